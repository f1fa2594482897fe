--
-- PostgreSQL database dump
--

\restrict EZLvaVotrTTl93fDEr7YCXs891UpJRS1KQQU1g1fByE14TbOpjdTBMmP1o1f5FR

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
-- Name: infinite-prod; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "infinite-prod";


ALTER SCHEMA "infinite-prod" OWNER TO postgres;

--
-- Name: SCHEMA "infinite-prod"; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON SCHEMA "infinite-prod" IS 'owner: ops@infinite.example';


--
-- Name: we"ird.schema; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "we""ird.schema";


ALTER SCHEMA "we""ird.schema" OWNER TO postgres;

--
-- Name: plain; Type: COLLATION; Schema: public; Owner: postgres
--

CREATE COLLATION public.plain (provider = libc, locale = 'C');


ALTER COLLATION public.plain OWNER TO postgres;

--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;


--
-- Name: EXTENSION "uuid-ossp"; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';


--
-- Name: email_address; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN public.email_address AS text
	CONSTRAINT email_address_check CHECK ((VALUE ~ '^[^@]+@[^@]+$'::text));


ALTER DOMAIN public.email_address OWNER TO postgres;

--
-- Name: mood; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.mood AS ENUM (
    'sad',
    'ok',
    'happy'
);


ALTER TYPE public.mood OWNER TO postgres;

--
-- Name: pair; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.pair AS (
	a integer,
	b public.email_address
);


ALTER TYPE public.pair OWNER TO postgres;

--
-- Name: postmaster(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.postmaster() RETURNS text
    LANGUAGE plpgsql
    AS $_$
BEGIN -- mailer@infinite.example
    RETURN 'post' || '@' || 'infinite.example' || $x$ inner@infinite.example ; $x$;
END $_$;


ALTER FUNCTION public.postmaster() OWNER TO postgres;

--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'triggers must not fire on restore'; END$$;


ALTER FUNCTION public.touch() OWNER TO postgres;

--
-- Name: watch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.watch() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$BEGIN NULL; END$$;


ALTER FUNCTION public.watch() OWNER TO postgres;

--
-- Name: total(integer); Type: AGGREGATE; Schema: public; Owner: postgres
--

CREATE AGGREGATE public.total(integer) (
    SFUNC = int4pl,
    STYPE = integer,
    INITCOND = '0'
);


ALTER AGGREGATE public.total(integer) OWNER TO postgres;

--
-- Name: ===; Type: OPERATOR; Schema: public; Owner: postgres
--

CREATE OPERATOR public.=== (
    FUNCTION = int4eq,
    LEFTARG = integer,
    RIGHTARG = integer
);


ALTER OPERATOR public.=== (integer, integer) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: contacts; Type: TABLE; Schema: public; Owner: postgres
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


ALTER TABLE public.contacts OWNER TO postgres;

--
-- Name: COLUMN contacts.email; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON COLUMN public.contacts.email IS 'ask privacy@infinite.example before use';


--
-- Name: admins; Type: VIEW; Schema: public; Owner: postgres
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


ALTER TABLE public.admins OWNER TO postgres;

--
-- Name: parent; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parent (
    a integer
);


ALTER TABLE public.parent OWNER TO postgres;

--
-- Name: child; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.child (
    b integer
)
INHERITS (public.parent);


ALTER TABLE public.child OWNER TO postgres;

--
-- Name: contact_links; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.contact_links (
    email character varying(255) NOT NULL,
    other public.citext
);


ALTER TABLE public.contact_links OWNER TO postgres;

--
-- Name: contacts_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.contacts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.contacts_id_seq OWNER TO postgres;

--
-- Name: contacts_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.contacts_id_seq OWNED BY public.contacts.id;


--
-- Name: cyc_a; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.cyc_a (
    id integer NOT NULL,
    b_id integer
);


ALTER TABLE public.cyc_a OWNER TO postgres;

--
-- Name: cyc_b; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.cyc_b (
    id integer NOT NULL,
    a_id integer
);


ALTER TABLE public.cyc_b OWNER TO postgres;

--
-- Name: defaults; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.defaults (
    a text DEFAULT 'root@infinite.example'::text,
    b text DEFAULT 'x	y@infinite.example'::text
);


ALTER TABLE public.defaults OWNER TO postgres;

--
-- Name: empty_table; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty_table (
    a integer,
    b text
);


ALTER TABLE public.empty_table OWNER TO postgres;

--
-- Name: generated; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.generated (
    a integer,
    b integer GENERATED ALWAYS AS ((a * 2)) STORED,
    c integer NOT NULL
);


ALTER TABLE public.generated OWNER TO postgres;

--
-- Name: generated_c_seq; Type: SEQUENCE; Schema: public; Owner: postgres
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
-- Name: lonely; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.lonely
    START WITH 42
    INCREMENT BY 7
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.lonely OWNER TO postgres;

--
-- Name: members; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.members (
    org integer,
    email text
);


ALTER TABLE public.members OWNER TO postgres;

--
-- Name: no_columns; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.no_columns (
);


ALTER TABLE public.no_columns OWNER TO postgres;

--
-- Name: numbers; Type: TABLE; Schema: public; Owner: postgres
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


ALTER TABLE public.numbers OWNER TO postgres;

--
-- Name: one_column; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.one_column (
    a text
);


ALTER TABLE public.one_column OWNER TO postgres;

--
-- Name: parts; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parts (
    k integer,
    v text
)
PARTITION BY RANGE (k);


ALTER TABLE public.parts OWNER TO postgres;

--
-- Name: parts_1; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parts_1 (
    k integer,
    v text
);


ALTER TABLE public.parts_1 OWNER TO postgres;

--
-- Name: parts_2; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parts_2 (
    k integer,
    v text
);


ALTER TABLE public.parts_2 OWNER TO postgres;

--
-- Name: summary; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.summary AS
 SELECT count(*) AS n
   FROM public.parts
  WITH NO DATA;


ALTER TABLE public.summary OWNER TO postgres;

--
-- Name: summary_of_summary; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.summary_of_summary AS
 SELECT (summary.n + 1) AS n
   FROM public.summary
  WITH NO DATA;


ALTER TABLE public.summary_of_summary OWNER TO postgres;

--
-- Name: typed; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.typed (
    m public.mood,
    e public.email_address,
    p public.pair
);


ALTER TABLE public.typed OWNER TO postgres;

--
-- Name: ta ble;; Type: TABLE; Schema: we"ird.schema; Owner: postgres
--

CREATE TABLE "we""ird.schema"."ta ble;" (
    "co,l(1)" text,
    "FROM stdin;" text,
    "select" integer
);


ALTER TABLE "we""ird.schema"."ta ble;" OWNER TO postgres;

--
-- Name: parts_1; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parts ATTACH PARTITION public.parts_1 FOR VALUES FROM (0) TO (10);


--
-- Name: parts_2; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parts ATTACH PARTITION public.parts_2 FOR VALUES FROM (10) TO (20);


--
-- Name: contacts id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.contacts ALTER COLUMN id SET DEFAULT nextval('public.contacts_id_seq'::regclass);


--
-- Name: 424242; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('424242');


ALTER LARGE OBJECT 424242 OWNER TO postgres;

--
-- Data for Name: child; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.child (a, b) VALUES (1, 2);


--
-- Data for Name: contact_links; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.contact_links (email, other) VALUES ('first@example.net', 'ann@example.net');
INSERT INTO public.contact_links (email, other) VALUES ('second@example.net', 'bob@example.net');


--
-- Data for Name: contacts; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (1, 'Ann.Lee+news@Mail.Example.org', 'ann@example.net', 'a@b.co', 'ann@example.net	bob@example.net
"q uoted"@example.net', '{"n": {"to": ["x@example.net", "y@example.net"]}, "mail": "ann@example.net"}', '{"mail": "ann\u0040example.net"}', '{ann@example.net,"a \"b\" <c@example.net>"}', '\x626f62406578616d706c652e6e6574', '''ann@example.net'':2 ''mail'':1', '<a href="mailto:ann%40example.net">ann&#64;example.net</a>');
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (2, 'bob@sub.domain.example.co.uk', 'bob@example.net', 'n/a', 'mailto:bob@example.net?cc=eve@example.net', '{}', '{}', '{}', NULL, NULL, NULL);
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (3, 'ünïcode@exämple.org', NULL, NULL, 'пользователь@пример.рф and xn--@xn--e1afmkfd.xn--p1ai', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.contacts (id, email, backup_email, short, body, meta, raw, tags, blob, doc, page) VALUES (4, 'o''brien@example.ie', 'O.Brien@example.ie', NULL, 'not an address: a@b, @handle, 3@4, user@localhost, C:\x@y\nz@example.com', NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: cyc_a; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.cyc_a (id, b_id) VALUES (1, 1);


--
-- Data for Name: cyc_b; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.cyc_b (id, a_id) VALUES (1, 1);


--
-- Data for Name: defaults; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: empty_table; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: generated; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (1, 1);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (2, 2);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (3, 3);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (4, 4);
INSERT INTO public.generated (a, c) OVERRIDING SYSTEM VALUE VALUES (5, 5);


--
-- Data for Name: members; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.members (org, email) VALUES (1, 'm@example.net');
INSERT INTO public.members (org, email) VALUES (1, 'n@example.net');
INSERT INTO public.members (org, email) VALUES (2, 'm@example.net');


--
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;


--
-- Data for Name: numbers; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.numbers (i, n, f, r, b, d, t, v, u, x, bits, p, rng, m, net, mac, ts, j, jb, xm) VALUES (-9223372036854775808, 'NaN', '-Infinity', 1e-37, NULL, 'infinity', '-infinity', '-10 mons', '00000000-0000-0000-0000-000000000000', '\x00ff5c2e0a', B'101', '(1,2)', 'empty', '$0.00', '::1', '08:00:2b:01:02:03', '''a'':1 ''quo\\te'':2', '{"a": "\u0041"}', '{"a": 1.0}', '<a>&#64;</a>');


--
-- Data for Name: one_column; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.one_column (a) VALUES ('');
INSERT INTO public.one_column (a) VALUES ('\.');
INSERT INTO public.one_column (a) VALUES (NULL);
INSERT INTO public.one_column (a) VALUES ('--');
INSERT INTO public.one_column (a) VALUES ('\restrict x');


--
-- Data for Name: parent; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: parts_1; Type: TABLE DATA; Schema: public; Owner: postgres
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
-- Data for Name: parts_2; Type: TABLE DATA; Schema: public; Owner: postgres
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
-- Data for Name: typed; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.typed (m, e, p) VALUES ('ok', 'dom@example.net', '(1,pair@example.net)');


--
-- Data for Name: ta ble;; Type: TABLE DATA; Schema: we"ird.schema; Owner: postgres
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
-- Name: contacts_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.contacts_id_seq', 4, true);


--
-- Name: generated_c_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.generated_c_seq', 5, true);


--
-- Name: lonely; Type: SEQUENCE SET; Schema: public; Owner: postgres
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
-- Name: contact_links contact_links_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.contact_links
    ADD CONSTRAINT contact_links_pkey PRIMARY KEY (email);


--
-- Name: contacts contacts_backup_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_backup_key UNIQUE (backup_email);


--
-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);


--
-- Name: cyc_a cyc_a_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.cyc_a
    ADD CONSTRAINT cyc_a_pkey PRIMARY KEY (id);


--
-- Name: cyc_b cyc_b_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.cyc_b
    ADD CONSTRAINT cyc_b_pkey PRIMARY KEY (id);


--
-- Name: members members_org_email_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_org_email_key UNIQUE (org, email);


--
-- Name: typed typed_e_key; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.typed
    ADD CONSTRAINT typed_e_key UNIQUE (e);


--
-- Name: contacts_email_lower; Type: INDEX; Schema: public; Owner: postgres
--

CREATE UNIQUE INDEX contacts_email_lower ON public.contacts USING btree (lower((email)::text));


--
-- Name: parts_v_idx; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX parts_v_idx ON ONLY public.parts USING btree (v);


--
-- Name: parts_1_v_idx; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX parts_1_v_idx ON public.parts_1 USING btree (v);


--
-- Name: parts_2_v_idx; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX parts_2_v_idx ON public.parts_2 USING btree (v);


--
-- Name: summary_n_idx; Type: INDEX; Schema: public; Owner: postgres
--

CREATE UNIQUE INDEX summary_n_idx ON public.summary USING btree (n);


--
-- Name: parts_1_v_idx; Type: INDEX ATTACH; Schema: public; Owner: postgres
--

ALTER INDEX public.parts_v_idx ATTACH PARTITION public.parts_1_v_idx;


--
-- Name: parts_2_v_idx; Type: INDEX ATTACH; Schema: public; Owner: postgres
--

ALTER INDEX public.parts_v_idx ATTACH PARTITION public.parts_2_v_idx;


--
-- Name: part_stats; Type: STATISTICS; Schema: public; Owner: postgres
--

CREATE STATISTICS public.part_stats ON k, v FROM public.parts;


ALTER STATISTICS public.part_stats OWNER TO postgres;

--
-- Name: empty_table empty_guard; Type: RULE; Schema: public; Owner: postgres
--

CREATE RULE empty_guard AS
    ON INSERT TO public.empty_table DO INSTEAD NOTHING;


--
-- Name: parts parts_touch; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER parts_touch BEFORE INSERT ON public.parts FOR EACH ROW EXECUTE FUNCTION public.touch();


--
-- Name: contact_links contact_links_other_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.contact_links
    ADD CONSTRAINT contact_links_other_fkey FOREIGN KEY (other) REFERENCES public.contacts(backup_email);


--
-- Name: cyc_a cyc_a_b_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.cyc_a
    ADD CONSTRAINT cyc_a_b_id_fkey FOREIGN KEY (b_id) REFERENCES public.cyc_b(id);


--
-- Name: cyc_b cyc_b_a_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.cyc_b
    ADD CONSTRAINT cyc_b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.cyc_a(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: members; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

--
-- Name: members members_all; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY members_all ON public.members USING (true);


--
-- Name: all_rows; Type: PUBLICATION; Schema: -; Owner: postgres
--

CREATE PUBLICATION all_rows WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION all_rows OWNER TO postgres;

--
-- Name: all_rows members; Type: PUBLICATION TABLE; Schema: public; Owner: postgres
--

ALTER PUBLICATION all_rows ADD TABLE ONLY public.members;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: -; Owner: postgres
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES  TO PUBLIC;


--
-- Name: watch; Type: EVENT TRIGGER; Schema: -; Owner: postgres
--

CREATE EVENT TRIGGER watch ON ddl_command_end
   EXECUTE FUNCTION public.watch();


ALTER EVENT TRIGGER watch OWNER TO postgres;

--
-- Name: summary; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.summary;


--
-- Name: summary_of_summary; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.summary_of_summary;


--
-- PostgreSQL database dump complete
--

\unrestrict EZLvaVotrTTl93fDEr7YCXs891UpJRS1KQQU1g1fByE14TbOpjdTBMmP1o1f5FR

