--
-- PostgreSQL database dump
--

\restrict wxswJ8UQvjRx7g8MhOz8zYCk9D4PrFG8dEX33i59uuXBrNpYHRyi0P1RsPzZYqH

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: infinite-prod; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA "infinite-prod";


--
-- Name: SCHEMA "infinite-prod"; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA "infinite-prod" IS 'owner: ops@infinite.example';


--
-- Name: we"ird.schema; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA "we""ird.schema";


--
-- Name: plain; Type: COLLATION; Schema: public; Owner: -
--

CREATE COLLATION public.plain (provider = libc, locale = 'C');


--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;


--
-- Name: EXTENSION "uuid-ossp"; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';


--
-- Name: email_address; Type: DOMAIN; Schema: public; Owner: -
--

CREATE DOMAIN public.email_address AS text
	CONSTRAINT email_address_check CHECK ((VALUE ~ '^[^@]+@[^@]+$'::text));


--
-- Name: mood; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.mood AS ENUM (
    'sad',
    'ok',
    'happy'
);


--
-- Name: pair; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.pair AS (
	a integer,
	b public.email_address
);


--
-- Name: postmaster(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.postmaster() RETURNS text
    LANGUAGE plpgsql
    AS $_$
BEGIN -- mailer@infinite.example
    RETURN 'post' || '@' || 'infinite.example' || $x$ inner@infinite.example ; $x$;
END $_$;


--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'triggers must not fire on restore'; END$$;


--
-- Name: watch(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.watch() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$BEGIN NULL; END$$;


--
-- Name: total(integer); Type: AGGREGATE; Schema: public; Owner: -
--

CREATE AGGREGATE public.total(integer) (
    SFUNC = int4pl,
    STYPE = integer,
    INITCOND = '0'
);


--
-- Name: ===; Type: OPERATOR; Schema: public; Owner: -
--

CREATE OPERATOR public.=== (
    FUNCTION = int4eq,
    LEFTARG = integer,
    RIGHTARG = integer
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: contacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contacts (
    id integer NOT NULL,
    email character varying(255) NOT NULL,
    backup_email public.citext,
    short character varying(12),
    body text,
    meta jsonb,
    raw json,
    tags text[],
    blob bytea,
    doc tsvector,
    page xml
);


--
-- Name: COLUMN contacts.email; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.contacts.email IS 'ask privacy@infinite.example before use';


--
-- Name: admins; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.admins AS
 SELECT contacts.id,
    contacts.email,
    contacts.backup_email,
    contacts.short,
    contacts.body,
    contacts.meta,
    contacts.raw,
    contacts.tags,
    contacts.blob,
    contacts.doc,
    contacts.page
   FROM public.contacts
  WHERE ((contacts.email)::text = 'admin@infinite.example'::text);


--
-- Name: parent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.parent (
    a integer
);


--
-- Name: child; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.child (
    b integer
)
INHERITS (public.parent);


--
-- Name: contact_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contact_links (
    email character varying(255) NOT NULL,
    other public.citext
);


--
-- Name: contacts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.contacts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: contacts_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.contacts_id_seq OWNED BY public.contacts.id;


--
-- Name: cyc_a; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cyc_a (
    id integer NOT NULL,
    b_id integer
);


--
-- Name: cyc_b; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cyc_b (
    id integer NOT NULL,
    a_id integer
);


--
-- Name: defaults; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.defaults (
    a text DEFAULT 'root@infinite.example'::text,
    b text DEFAULT 'x	y@infinite.example'::text
);


--
-- Name: empty_table; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.empty_table (
    a integer,
    b text
);


--
-- Name: generated; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.generated (
    a integer,
    b integer GENERATED ALWAYS AS ((a * 2)) STORED,
    c integer NOT NULL
);


--
-- Name: generated_c_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.generated ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.generated_c_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: lonely; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.lonely
    START WITH 42
    INCREMENT BY 7
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.members (
    org integer,
    email text
);


--
-- Name: no_columns; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.no_columns (
);


--
-- Name: numbers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.numbers (
    i bigint,
    n numeric,
    f double precision,
    r real,
    b boolean,
    d date,
    t timestamp with time zone,
    v interval,
    u uuid,
    x bytea,
    bits bit varying,
    p point,
    rng int4range,
    m money,
    net inet,
    mac macaddr,
    ts tsvector,
    j json,
    jb jsonb,
    xm xml
);


--
-- Name: one_column; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.one_column (
    a text
);


--
-- Name: parts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.parts (
    k integer,
    v text
)
PARTITION BY RANGE (k);


--
-- Name: parts_1; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.parts_1 (
    k integer,
    v text
);


--
-- Name: parts_2; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.parts_2 (
    k integer,
    v text
);


--
-- Name: summary; Type: MATERIALIZED VIEW; Schema: public; Owner: -
--

CREATE MATERIALIZED VIEW public.summary AS
 SELECT count(*) AS n
   FROM public.parts
  WITH NO DATA;


--
-- Name: summary_of_summary; Type: MATERIALIZED VIEW; Schema: public; Owner: -
--

CREATE MATERIALIZED VIEW public.summary_of_summary AS
 SELECT (summary.n + 1) AS n
   FROM public.summary
  WITH NO DATA;


--
-- Name: typed; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.typed (
    m public.mood,
    e public.email_address,
    p public.pair
);


--
-- Name: ta ble;; Type: TABLE; Schema: we"ird.schema; Owner: -
--

CREATE TABLE "we""ird.schema"."ta ble;" (
    "co,l(1)" text,
    "FROM stdin;" text,
    "select" integer
);


--
-- Name: parts_1; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.parts ATTACH PARTITION public.parts_1 FOR VALUES FROM (0) TO (10);


--
-- Name: parts_2; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.parts ATTACH PARTITION public.parts_2 FOR VALUES FROM (10) TO (20);


--
-- Name: contacts id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts ALTER COLUMN id SET DEFAULT nextval('public.contacts_id_seq'::regclass);


--
-- Name: 424242; Type: BLOB; Schema: -; Owner: -
--

SELECT pg_catalog.lo_create('424242');


--
-- Data for Name: child; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.child (a, b) VALUES (1, 2);


--
-- Data for Name: contact_links; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contact_links (email, other) VALUES ('first@example.net', 'ann@example.net');
INSERT INTO public.contact_links (email, other) VALUES ('second@example.net', 'bob@example.net');


--
-- Data for Name: contacts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (1, 'Ann.Lee+news@Mail.Example.org', 'ann@example.net', 'a@b.co', 'ann@example.net	bob@example.net
"q uoted"@example.net', '{"n": {"to": ["x@example.net", "y@example.net"]}, "mail": "ann@example.net"}', '{"mail": "ann\u0040example.net"}', '{ann@example.net,"a \"b\" <c@example.net>"}', '\x626f62406578616d706c652e6e6574', '''ann@example.net'':2 ''mail'':1', '<a href="mailto:ann%40example.net">ann&#64;example.net</a>');
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (2, 'bob@sub.domain.example.co.uk', 'bob@example.net', 'n/a', 'mailto:bob@example.net?cc=eve@example.net', '{}', '{}', '{}', NULL, NULL, NULL);
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (3, 'ünïcode@exämple.org', NULL, NULL, 'пользователь@пример.рф and xn--@xn--e1afmkfd.xn--p1ai', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (4, 'o''brien@example.ie', 'O.Brien@example.ie', NULL, 'not an address: a@b, @handle, 3@4, user@localhost, C:\x@y\nz@example.com', NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: cyc_a; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cyc_a (id, b_id) VALUES (1, 1);


--
-- Data for Name: cyc_b; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cyc_b (id, a_id) VALUES (1, 1);


--
-- Data for Name: defaults; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: empty_table; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: generated; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (1, 1);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (2, 2);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (3, 3);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (4, 4);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (5, 5);


--
-- Data for Name: members; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.members (org, email) VALUES (1, 'm@example.net');
INSERT INTO public.members (org, email) VALUES (1, 'n@example.net');
INSERT INTO public.members (org, email) VALUES (2, 'm@example.net');


--
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;


--
-- Data for Name: numbers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.numbers (i, n, f, r, b, d, t, v, u, x, bits, p, rng, m, net, mac, ts, j, jb, xm) VALUES (-9223372036854775808, 'NaN', '-Infinity', 1e-37, NULL, 'infinity', '-infinity', '-10 mons', '00000000-0000-0000-0000-000000000000', '\x00ff5c2e0a', B'101', '(1,2)', 'empty', '$0.00', '::1', '08:00:2b:01:02:03', '''a'':1 ''quo\\te'':2', '{"a": "\u0041"}', '{"a": 1.0}', '<a>&#64;</a>');


--
-- Data for Name: one_column; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.one_column (a) VALUES ('');
INSERT INTO public.one_column (a) VALUES ('\.');
INSERT INTO public.one_column (a) VALUES (NULL);
INSERT INTO public.one_column (a) VALUES ('--');
INSERT INTO public.one_column (a) VALUES ('\restrict x');


--
-- Data for Name: parent; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: parts_1; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.parts_1 (k, v) VALUES (0, 'part0');
INSERT INTO public.parts_1 (k, v) VALUES (1, 'part1');
INSERT INTO public.parts_1 (k, v) VALUES (2, 'part2');
INSERT INTO public.parts_1 (k, v) VALUES (3, 'part3');
INSERT INTO public.parts_1 (k, v) VALUES (4, 'part4');
INSERT INTO public.parts_1 (k, v) VALUES (5, 'part5');
INSERT INTO public.parts_1 (k, v) VALUES (6, 'part6');
INSERT INTO public.parts_1 (k, v) VALUES (7, 'part7');
INSERT INTO public.parts_1 (k, v) VALUES (8, 'part8');
INSERT INTO public.parts_1 (k, v) VALUES (9, 'part9');


--
-- Data for Name: parts_2; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.parts_2 (k, v) VALUES (10, 'part10');
INSERT INTO public.parts_2 (k, v) VALUES (11, 'part11');
INSERT INTO public.parts_2 (k, v) VALUES (12, 'part12');
INSERT INTO public.parts_2 (k, v) VALUES (13, 'part13');
INSERT INTO public.parts_2 (k, v) VALUES (14, 'part14');
INSERT INTO public.parts_2 (k, v) VALUES (15, 'part15');
INSERT INTO public.parts_2 (k, v) VALUES (16, 'part16');
INSERT INTO public.parts_2 (k, v) VALUES (17, 'part17');
INSERT INTO public.parts_2 (k, v) VALUES (18, 'part18');
INSERT INTO public.parts_2 (k, v) VALUES (19, 'part19');


--
-- Data for Name: typed; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.typed (m, e, p) VALUES ('ok', 'dom@example.net', '(1,pair@example.net)');


--
-- Data for Name: ta ble;; Type: TABLE DATA; Schema: we"ird.schema; Owner: -
--

INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('tab	here', 'new
line', 1);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('back\slash', '\.', 2);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('\N', '', 3);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES (NULL, NULL, NULL);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('cr
lf', 'v', 4);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('COPY public.fake (a) FROM stdin;', '\.
\.', 5);
INSERT INTO "we""ird.schema"."ta ble;" ("co,l(1)", "FROM stdin;", "select") VALUES ('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'long', 6);


--
-- Name: contacts_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.contacts_id_seq', 4, true);


--
-- Name: generated_c_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.generated_c_seq', 5, true);


--
-- Name: lonely; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.lonely', 42, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('424242', 131072);
SELECT pg_catalog.lowrite(0, '\x6c61726765206f626a6563742077697468206c6f406578616d706c652e6e657420696e73696465');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: contact_links contact_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_links
    ADD CONSTRAINT contact_links_pkey PRIMARY KEY (email);


--
-- Name: contacts contacts_backup_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_backup_key UNIQUE (backup_email);


--
-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);


--
-- Name: cyc_a cyc_a_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cyc_a
    ADD CONSTRAINT cyc_a_pkey PRIMARY KEY (id);


--
-- Name: cyc_b cyc_b_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cyc_b
    ADD CONSTRAINT cyc_b_pkey PRIMARY KEY (id);


--
-- Name: members members_org_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_org_email_key UNIQUE (org, email);


--
-- Name: typed typed_e_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.typed
    ADD CONSTRAINT typed_e_key UNIQUE (e);


--
-- Name: contacts_email_lower; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX contacts_email_lower ON public.contacts USING btree (lower((email)::text));


--
-- Name: parts_v_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX parts_v_idx ON ONLY public.parts USING btree (v);


--
-- Name: parts_1_v_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX parts_1_v_idx ON public.parts_1 USING btree (v);


--
-- Name: parts_2_v_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX parts_2_v_idx ON public.parts_2 USING btree (v);


--
-- Name: summary_n_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX summary_n_idx ON public.summary USING btree (n);


--
-- Name: parts_1_v_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.parts_v_idx ATTACH PARTITION public.parts_1_v_idx;


--
-- Name: parts_2_v_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.parts_v_idx ATTACH PARTITION public.parts_2_v_idx;


--
-- Name: part_stats; Type: STATISTICS; Schema: public; Owner: -
--

CREATE STATISTICS public.part_stats ON k, v FROM public.parts;


--
-- Name: empty_table empty_guard; Type: RULE; Schema: public; Owner: -
--

CREATE RULE empty_guard AS
    ON INSERT TO public.empty_table DO INSTEAD NOTHING;


--
-- Name: parts parts_touch; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER parts_touch BEFORE INSERT ON public.parts FOR EACH ROW EXECUTE FUNCTION public.touch();


--
-- Name: contact_links contact_links_other_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_links
    ADD CONSTRAINT contact_links_other_fkey FOREIGN KEY (other) REFERENCES public.contacts(backup_email);


--
-- Name: cyc_a cyc_a_b_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cyc_a
    ADD CONSTRAINT cyc_a_b_id_fkey FOREIGN KEY (b_id) REFERENCES public.cyc_b(id);


--
-- Name: cyc_b cyc_b_a_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cyc_b
    ADD CONSTRAINT cyc_b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.cyc_a(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: members; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

--
-- Name: members members_all; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY members_all ON public.members USING (true);


--
-- Name: all_rows; Type: PUBLICATION; Schema: -; Owner: -
--

CREATE PUBLICATION all_rows WITH (publish = 'insert, update, delete, truncate');


--
-- Name: all_rows members; Type: PUBLICATION TABLE; Schema: public; Owner: -
--

ALTER PUBLICATION all_rows ADD TABLE ONLY public.members;


--
-- Name: watch; Type: EVENT TRIGGER; Schema: -; Owner: -
--

CREATE EVENT TRIGGER watch ON ddl_command_end
   EXECUTE FUNCTION public.watch();


--
-- Name: summary; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: -
--

REFRESH MATERIALIZED VIEW public.summary;


--
-- Name: summary_of_summary; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: -
--

REFRESH MATERIALIZED VIEW public.summary_of_summary;


--
-- PostgreSQL database dump complete
--

\unrestrict wxswJ8UQvjRx7g8MhOz8zYCk9D4PrFG8dEX33i59uuXBrNpYHRyi0P1RsPzZYqH

