"""An S3 API server, and a proxy before it that is as slow as one far away: 50 ms for each request, 20 MB/s a connection.

Usage: slow_s3.py MEGABYTES VERSIONS. Prints the two ports and the size of the object bench/db/site.anon.gz; the key
db/many.anon.gz has that many versions. Ends when its standard input does.
"""

import asyncio
import os
import sys

import boto3
import botocore.config
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

LATENCY = 0.05
BYTES_A_SECOND = 20_000_000
CHUNK = 128 * 1024


async def pass_on(reader, writer, latency, limit):
    loop = asyncio.get_running_loop()
    due = loop.time()
    try:
        while chunk := await reader.read(CHUNK):
            if latency:
                await asyncio.sleep(latency)
            writer.write(chunk)
            await writer.drain()
            if limit:
                due = max(due, loop.time() - 0.1) + len(chunk) / limit
                await asyncio.sleep(max(0, due - loop.time()))
    except ConnectionError:
        pass
    finally:
        writer.close()


async def proxy(server_port):
    async def serve(from_client, to_client):
        from_server, to_server = await asyncio.open_connection("127.0.0.1", server_port)
        await asyncio.gather(
            pass_on(from_client, to_server, LATENCY, None),
            pass_on(from_server, to_client, None, BYTES_A_SECOND),
        )

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def main():
    size, versions = int(sys.argv[1]) * 1_000_000, int(sys.argv[2])
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        config=botocore.config.Config(s3={"addressing_style": "path"}),
    )
    s3.create_bucket(Bucket="bench")
    s3.put_bucket_versioning(Bucket="bench", VersioningConfiguration={"Status": "Enabled"})
    body = os.urandom(size)
    s3.put_object(Bucket="bench", Key="db/site.anon.gz", Body=body, ChecksumAlgorithm="CRC64NVME")
    for number in range(versions):
        s3.put_object(Bucket="bench", Key="db/many.anon.gz", Body=b"x" * number)
    slow = await proxy(port)
    print(port, slow.sockets[0].getsockname()[1], size, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)


asyncio.run(main())
