--
-- PostgreSQL database dump
--

\restrict OENiV25OMA0igaajcqanFiXGRt53xg7Vif2RmNbwdcrNLDJtDbbQmHdPGZ9h54Y

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

ALTER TABLE IF EXISTS ONLY public.users_partners_mappings DROP CONSTRAINT IF EXISTS users_partners_mappings_user_id_fkey;
ALTER TABLE IF EXISTS ONLY public.users_partners_mappings DROP CONSTRAINT IF EXISTS users_partners_mappings_partner_id_fkey;
ALTER TABLE IF EXISTS ONLY public.newsletter_subscriptions DROP CONSTRAINT IF EXISTS newsletter_subscriptions_identifier_fkey;
ALTER TABLE IF EXISTS ONLY public.events DROP CONSTRAINT IF EXISTS events_owning_partner_id_fkey;
ALTER TABLE IF EXISTS ONLY public.event_admin_metadata DROP CONSTRAINT IF EXISTS event_admin_metadata_event_id_fkey;
ALTER TABLE IF EXISTS ONLY public.datetime_venue DROP CONSTRAINT IF EXISTS datetime_venue_venue_id_fkey;
ALTER TABLE IF EXISTS ONLY public.datetime_venue DROP CONSTRAINT IF EXISTS datetime_venue_event_id_fkey;
DROP INDEX IF EXISTS public.request_log_user_id_idx;
DROP INDEX IF EXISTS public.request_log_at_idx;
DROP INDEX IF EXISTS public.partners_name_lowercase_unique;
DROP INDEX IF EXISTS public.events_tags_idx;
DROP INDEX IF EXISTS public."events_createdAt_idx";
DROP INDEX IF EXISTS public.datetime_venue_start_time_idx;
DROP INDEX IF EXISTS public.datetime_venue_event_id_idx;
ALTER TABLE IF EXISTS ONLY public.venues DROP CONSTRAINT IF EXISTS venues_slug_key;
ALTER TABLE IF EXISTS ONLY public.venues DROP CONSTRAINT IF EXISTS venues_pkey;
ALTER TABLE IF EXISTS ONLY public.users DROP CONSTRAINT IF EXISTS users_pkey;
ALTER TABLE IF EXISTS ONLY public.users_partners_mappings DROP CONSTRAINT IF EXISTS users_partners_mappings_pkey;
ALTER TABLE IF EXISTS ONLY public.users DROP CONSTRAINT IF EXISTS users_identifier_key;
ALTER TABLE IF EXISTS ONLY public.request_log DROP CONSTRAINT IF EXISTS request_log_pkey;
ALTER TABLE IF EXISTS ONLY public.partners DROP CONSTRAINT IF EXISTS partners_pkey;
ALTER TABLE IF EXISTS ONLY public.newsletter_subscriptions DROP CONSTRAINT IF EXISTS newsletter_subscriptions_pkey;
ALTER TABLE IF EXISTS ONLY public.events DROP CONSTRAINT IF EXISTS events_pkey;
ALTER TABLE IF EXISTS ONLY public.event_admin_metadata DROP CONSTRAINT IF EXISTS event_admin_metadata_pkey;
ALTER TABLE IF EXISTS ONLY public.datetime_venue DROP CONSTRAINT IF EXISTS datetime_venue_pkey;
ALTER TABLE IF EXISTS ONLY public."SequelizeMeta" DROP CONSTRAINT IF EXISTS "SequelizeMeta_pkey";
ALTER TABLE IF EXISTS public.request_log ALTER COLUMN id DROP DEFAULT;
ALTER TABLE IF EXISTS public.datetime_venue ALTER COLUMN id DROP DEFAULT;
DROP TABLE IF EXISTS public.venues;
DROP TABLE IF EXISTS public.users_partners_mappings;
DROP TABLE IF EXISTS public.users;
DROP SEQUENCE IF EXISTS public.request_log_id_seq;
DROP TABLE IF EXISTS public.request_log;
DROP TABLE IF EXISTS public.partners;
DROP TABLE IF EXISTS public.newsletter_subscriptions;
DROP TABLE IF EXISTS public.event_admin_metadata;
DROP SEQUENCE IF EXISTS public.datetime_venue_id_seq;
DROP VIEW IF EXISTS public.current_events;
DROP TABLE IF EXISTS public.events;
DROP TABLE IF EXISTS public.datetime_venue;
DROP TABLE IF EXISTS public."SequelizeMeta";
DROP TYPE IF EXISTS public.partner_role;
DROP EXTENSION IF EXISTS "uuid-ossp";
--
-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;


--
-- Name: EXTENSION "uuid-ossp"; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';


--
-- Name: partner_role; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.partner_role AS ENUM (
    'owner',
    'editor',
    'viewer'
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: SequelizeMeta; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."SequelizeMeta" (
    name character varying(255) NOT NULL
);


--
-- Name: datetime_venue; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.datetime_venue (
    id bigint NOT NULL,
    event_id uuid NOT NULL,
    venue_id uuid,
    start_time timestamp with time zone NOT NULL,
    end_time timestamp with time zone,
    timezone character varying(64) DEFAULT 'America/New_York'::character varying NOT NULL
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    id uuid NOT NULL,
    title character varying(255) NOT NULL,
    slug character varying(255) NOT NULL,
    multi_day boolean,
    image character varying(255),
    admission_fee character varying(255),
    organizer_contact character varying(255),
    brief_description text,
    description text,
    links character varying(255)[] DEFAULT ARRAY[]::character varying[],
    tags character varying(255)[] DEFAULT ARRAY[]::character varying[],
    website_link text,
    ticket_link text,
    bitly_link character varying(255),
    verified boolean DEFAULT false NOT NULL,
    owning_partner_id uuid,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: current_events; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.current_events AS
 SELECT e.id,
    e.title,
    d.start_time
   FROM (public.events e
     JOIN public.datetime_venue d ON ((d.event_id = e.id)))
  WHERE e.verified;


--
-- Name: datetime_venue_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.datetime_venue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: datetime_venue_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.datetime_venue_id_seq OWNED BY public.datetime_venue.id;


--
-- Name: event_admin_metadata; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_admin_metadata (
    event_id uuid NOT NULL,
    note text,
    audit json
);


--
-- Name: newsletter_subscriptions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.newsletter_subscriptions (
    identifier character varying(255) NOT NULL,
    topic text NOT NULL
);


--
-- Name: partners; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.partners (
    id uuid NOT NULL,
    name character varying(255) NOT NULL,
    light_logo_url character varying(255),
    dark_logo_url character varying(255),
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: request_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.request_log (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id uuid,
    method text,
    path text,
    status smallint,
    ms real
);


--
-- Name: request_log_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.request_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: request_log_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.request_log_id_seq OWNED BY public.request_log.id;


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid NOT NULL,
    name character varying(255),
    nickname character varying(255),
    picture text,
    identifier character varying(255) NOT NULL,
    phone character varying(32),
    password_hash text,
    last_ip inet,
    settings jsonb,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: users_partners_mappings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users_partners_mappings (
    user_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    role public.partner_role NOT NULL
);


--
-- Name: venues; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.venues (
    id uuid NOT NULL,
    name character varying(255),
    slug character varying(255),
    street character varying(255),
    city character varying(255),
    gps_lat numeric(9,6),
    gps_long numeric(9,6),
    contact character varying(255),
    is_soft_deleted boolean DEFAULT false NOT NULL
);


--
-- Name: datetime_venue id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datetime_venue ALTER COLUMN id SET DEFAULT nextval('public.datetime_venue_id_seq'::regclass);


--
-- Name: request_log id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_log ALTER COLUMN id SET DEFAULT nextval('public.request_log_id_seq'::regclass);


--
-- Data for Name: SequelizeMeta; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public."SequelizeMeta" (name) FROM stdin;
20180311-migration.js
20180312-migration.js
20180313-migration.js
20180314-migration.js
20180315-migration.js
\.


--
-- Data for Name: datetime_venue; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.datetime_venue (id, event_id, venue_id, start_time, end_time, timezone) FROM stdin;
1	fee87619-ef5a-fbb1-ec97-310fc903c1f0	5fc0a8f9-44b5-e021-90e6-bb4fadfff434	2024-01-01 01:00:00+00	2024-01-01 02:30:00+00	America/New_York
2	e341d91d-e200-314d-7a7b-3c0829724a03	7dd73598-2d79-3873-625b-49c06f1a3d87	2024-01-01 02:00:00+00	2024-01-01 05:00:00+00	America/New_York
3	824de8d6-2c9a-a526-69c8-711a77a47690	f2876460-65e2-28ad-cbba-2b15397ad0f1	2024-01-01 03:00:00+00	2024-01-01 07:30:00+00	America/New_York
4	210816f5-d706-7961-09cf-7e4aa8a06abb	05a28c39-14eb-9f74-78ea-5404771192a0	2024-01-01 04:00:00+00	2024-01-01 10:00:00+00	America/New_York
5	93af24ca-d674-b49d-6b30-4ff7c38f0a83	1f205c74-88f4-e895-b3f1-2b323d7d9d1c	2024-01-01 05:00:00+00	2024-01-01 12:30:00+00	America/New_York
\.


--
-- Data for Name: event_admin_metadata; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_admin_metadata (event_id, note, audit) FROM stdin;
fee87619-ef5a-fbb1-ec97-310fc903c1f0	checked by admin1@infinite.example	{"by": "admin\\u0040infinite.example"}
ee179d19-d312-eca0-21f1-1e2bd1cf0897	checked by admin4@infinite.example	{"by": "admin\\u0040infinite.example"}
5a974d49-5494-89ed-21fa-b6c5330fe5a0	checked by admin0@infinite.example	{"by": "admin\\u0040infinite.example"}
c7d2849f-d12a-1851-afa5-6c914e063cf9	checked by admin3@infinite.example	{"by": "admin\\u0040infinite.example"}
fd68484e-464a-8f58-3af5-43828cf13f1a	checked by admin6@infinite.example	{"by": "admin\\u0040infinite.example"}
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.events (id, title, slug, multi_day, image, admission_fee, organizer_contact, brief_description, description, links, tags, website_link, ticket_link, bitly_link, verified, owning_partner_id, "createdAt", "updatedAt") FROM stdin;
fee87619-ef5a-fbb1-ec97-310fc903c1f0	Film Contact Painting Tickets Organizer Community	event-1	f	https://img.example.org/e/1.jpg	1	Organizer 1 <org1@club.example.com>	workshop on live and jazz opening painting local night bluegrass show on bluegrass info us evening evening jazz artist theatre with local artist family reading	<h2>doors us lexington poetry evening</h2>\n<p>screening with park lexington doors bluegrass please on info market poetry workshop and at gallery info a opening park friendly festival contact family jazz info park on live details of please doors the tickets open painting lexington for info theatre bluegrass please open artist online show free poetry open free please festival open family jazz on opening makers free online organizer bluegrass open workshop details at free film theatre night painting opening bluegrass jazz friendly screening doors night family evening night on online details info evening at bluegrass reception on available on details us poetry lexington available organizer a downtown organizer screening online street film theatre for workshop festival poetry street info reception theatre the screening opening film bluegrass doors available with show festival of doors available local artist on gallery poetry community artist local evening contact evening painting doors</p>\n\tContact: info1@club.example.com or "call"\\\n	{https://example.com/1,mailto:desk1@club.example.com}	{music,art}	https://www.example.com/1	\N	\N	t	7cf1842d-c91b-b37f-7b95-a5dbe8705608	2024-01-01 00:01:00+00	2024-01-01 00:03:00+00
e341d91d-e200-314d-7a7b-3c0829724a03	Evening Screening Friendly Organizer Workshop Lexington	event-2	f	https://img.example.org/e/2.jpg	2	Organizer 2 <org2@club.example.com>	theatre please gallery tickets park with reception with makers workshop night please on reading community at park film film join reception tickets open theatre open	<h2>reception info reading friendly with</h2>\n<p>painting downtown reception at on poetry jazz film jazz online with the gallery and for show makers downtown and poetry park family artist for available street lexington friendly downtown festival of info for on the makers bluegrass painting tickets theatre night jazz night reading market and on painting community workshop with downtown doors show tickets of at community makers live night downtown gallery at friendly available bluegrass of contact street gallery of street theatre contact workshop of for please of on for downtown bluegrass music theatre for contact music theatre open and opening tickets music poetry street screening live jazz show poetry reception contact street local and free reception gallery screening painting organizer reception and at film opening the workshop reception us for screening downtown makers night night jazz reception local details lexington info tickets park market tickets the organizer</p>\n\tContact: info2@club.example.com or "call"\\\n	{https://example.com/2,mailto:desk2@club.example.com}	{music,art}	https://www.example.com/2	\N	\N	t	87823962-0461-8724-abf3-ada507782d61	2024-01-01 00:02:00+00	2024-01-01 00:06:00+00
824de8d6-2c9a-a526-69c8-711a77a47690	Live Theatre Of At Screening Poetry	event-3	f	https://img.example.org/e/3.jpg	3	Organizer 3 <org3@club.example.com>	downtown street open downtown film at at at with doors details tickets details street film show lexington street artist join friendly tickets and park gallery	<h2>lexington opening with and reception</h2>\n<p>us opening the poetry evening doors film music music music local live info painting painting at film live lexington community doors film screening the friendly friendly for tickets friendly makers contact lexington makers gallery reception workshop open the organizer please reception please evening details film workshop reception poetry artist downtown workshop family festival park doors tickets night night available show poetry organizer local doors evening artist reading community local evening free festival night the the the friendly info screening music live friendly gallery show evening poetry local local screening makers info at downtown details bluegrass jazz family and artist info downtown artist festival tickets park local evening painting family opening open on music details screening film evening music makers for friendly lexington theatre night live jazz street artist reading please tickets tickets join friendly of workshop friendly night please park</p>\n\tContact: info3@club.example.com or "call"\\\n	{https://example.com/3,mailto:desk3@club.example.com}	{music,art}	https://www.example.com/3	\N	\N	f	b6c59438-9cc0-e18d-126d-b08feeb7a51c	2024-01-01 00:03:00+00	2024-01-01 00:09:00+00
210816f5-d706-7961-09cf-7e4aa8a06abb	On Painting Reception Open Tickets Family	event-4	f	https://img.example.org/e/4.jpg	4	Organizer 4 <org4@club.example.com>	community screening info painting family contact jazz opening with bluegrass on on evening poetry screening film please bluegrass free with doors family street friendly live	<h2>with gallery available reception evening</h2>\n<p>contact doors live doors painting poetry the a show local park screening community workshop on live evening street market gallery of night night bluegrass market opening street details market painting lexington live night reception friendly organizer artist evening local lexington street the night doors reading tickets and screening with of festival night online film open friendly family with music poetry jazz screening reading contact workshop show lexington doors live reading workshop for details tickets open a online available available park reception and market reading the makers open jazz market open at workshop downtown friendly music bluegrass friendly info free makers family park jazz open of please market at film us a bluegrass market gallery on for a us downtown free online bluegrass family artist a the makers details film jazz details live join organizer jazz open open painting online painting</p>\n\tContact: info4@club.example.com or "call"\\\n	{https://example.com/4,mailto:desk4@club.example.com}	{music,art}	https://www.example.com/4	\N	\N	t	ddf32175-07de-44b0-a722-e9cf3b751e1b	2024-01-01 00:04:00+00	2024-01-01 00:12:00+00
93af24ca-d674-b49d-6b30-4ff7c38f0a83	Info Organizer Contact Contact A Market	event-5	f	https://img.example.org/e/5.jpg	5	Organizer 5 <org5@club.example.com>	market jazz gallery music friendly theatre painting park makers please film at artist music street opening free tickets market painting makers a gallery jazz show	<h2>a join with live screening</h2>\n<p>family doors open evening opening reading bluegrass reception of park music open doors makers reception theatre artist join music festival reception market of downtown painting market opening reading tickets festival organizer downtown film doors workshop online film for makers on lexington tickets evening info info downtown gallery jazz reception with online park a a doors join doors and reception evening painting at community reading show of music gallery downtown free contact show park painting the a and opening community a and live contact join open tickets artist available artist join live organizer reading screening friendly bluegrass opening reception reception us festival for a info join with on contact with doors film contact please open reception free screening night lexington details theatre gallery show and a open park friendly on market join downtown artist film gallery tickets online live details jazz</p>\n\tContact: info5@club.example.com or "call"\\\n	{https://example.com/5,mailto:desk5@club.example.com}	{music,art}	https://www.example.com/5	\N	\N	t	8c888153-5d48-0ae6-bc8c-9af3aae7ef16	2024-01-01 00:05:00+00	2024-01-01 00:15:00+00
\.


--
-- Data for Name: newsletter_subscriptions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.newsletter_subscriptions (identifier, topic) FROM stdin;
user.7@mail7.example.org	weekly
user.17@mail17.example.org	weekly
user.27@mail27.example.org	weekly
user.37@mail37.example.org	weekly
user.47@mail47.example.org	weekly
\.


--
-- Data for Name: partners; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.partners (id, name, light_logo_url, dark_logo_url, "createdAt", "updatedAt") FROM stdin;
b6fefdd1-6e1a-86de-4e21-c625a0296178	Partner 1	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
7cf1842d-c91b-b37f-7b95-a5dbe8705608	Partner 2	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
87823962-0461-8724-abf3-ada507782d61	Partner 3	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
b6c59438-9cc0-e18d-126d-b08feeb7a51c	Partner 4	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
ddf32175-07de-44b0-a722-e9cf3b751e1b	Partner 5	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
\.


--
-- Data for Name: request_log; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.request_log (id, at, user_id, method, path, status, ms) FROM stdin;
1	2024-01-01 00:00:01+00	7a0c2c72-1703-b09c-b031-38c960fb9537	GET	/events/7c92cf1eee8d99cc85f8355a3d6e4b86	200	0.1
2	2024-01-01 00:00:02+00	79b0ddf0-0ba6-69ac-aba0-a96754acdd68	GET	/events/d279186428a75016b17e4df5ea43d080	200	0.2
3	2024-01-01 00:00:03+00	f135ed2c-a92b-9c81-ba26-2a8f42aba742	GET	/events/9d3e622df914d8de7f747b7b8b143c52	200	0.3
4	2024-01-01 00:00:04+00	91d10c50-0a91-45a9-c787-06e20b04946a	GET	/events/44379f2b1a5611f625592bbf6e596a47	200	0.4
5	2024-01-01 00:00:05+00	084ed102-40e3-8b71-a34e-1d6a4a956edb	GET	/events/ed84d589f231f3dc4203153e6fb4b4d5	200	0.5
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.users (id, name, nickname, picture, identifier, phone, password_hash, last_ip, settings, "createdAt", "updatedAt") FROM stdin;
f7cb07ba-e139-d0a6-734e-ce61b109f88d	Please And	nick1	https://img.example.org/u/1.png	user.1@mail1.example.org	+1 859 555 0001	$2b$12$6e6fdf956d04289354dcf1619e28fe77	10.1.1.7	{"theme": "dark", "reply_to": "reply+1@mail.example.org"}	2024-01-01 00:01:00+00	2024-01-01 00:02:00+00
7a0c2c72-1703-b09c-b031-38c960fb9537	Of Lexington	nick2	https://img.example.org/u/2.png	user.2@mail2.example.org	+1 859 555 0002	$2b$12$6d5779b9b85bd4f11e44c9772e0de602	10.2.2.7	{"theme": "dark", "reply_to": "reply+2@mail.example.org"}	2024-01-01 00:02:00+00	2024-01-01 00:04:00+00
79b0ddf0-0ba6-69ac-aba0-a96754acdd68	Poetry Workshop	nick3	https://img.example.org/u/3.png	user.3@mail3.example.org	+1 859 555 0003	$2b$12$de1774aac52706b13a39a08ad3ca7dfe	10.3.3.7	{"theme": "dark", "reply_to": "reply+3@mail.example.org"}	2024-01-01 00:03:00+00	2024-01-01 00:06:00+00
f135ed2c-a92b-9c81-ba26-2a8f42aba742	The Please	nick4	https://img.example.org/u/4.png	user.4@mail4.example.org	+1 859 555 0004	$2b$12$94406f55920a2c6a7c9b68e4bbe41fb8	10.4.4.7	{"theme": "dark", "reply_to": "reply+4@mail.example.org"}	2024-01-01 00:04:00+00	2024-01-01 00:08:00+00
91d10c50-0a91-45a9-c787-06e20b04946a	Friendly For	nick5	https://img.example.org/u/5.png	user.5@mail5.example.org	+1 859 555 0005	$2b$12$5802b867241e0c83cbda61ec986dea0d	10.5.5.7	{"theme": "dark", "reply_to": "reply+5@mail.example.org"}	2024-01-01 00:05:00+00	2024-01-01 00:10:00+00
\.


--
-- Data for Name: users_partners_mappings; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.users_partners_mappings (user_id, partner_id, role) FROM stdin;
f7cb07ba-e139-d0a6-734e-ce61b109f88d	7cf1842d-c91b-b37f-7b95-a5dbe8705608	editor
7a0c2c72-1703-b09c-b031-38c960fb9537	87823962-0461-8724-abf3-ada507782d61	editor
79b0ddf0-0ba6-69ac-aba0-a96754acdd68	b6c59438-9cc0-e18d-126d-b08feeb7a51c	editor
f135ed2c-a92b-9c81-ba26-2a8f42aba742	ddf32175-07de-44b0-a722-e9cf3b751e1b	editor
91d10c50-0a91-45a9-c787-06e20b04946a	8c888153-5d48-0ae6-bc8c-9af3aae7ef16	editor
\.


--
-- Data for Name: venues; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.venues (id, name, slug, street, city, gps_lat, gps_long, contact, is_soft_deleted) FROM stdin;
46daad66-b659-7b89-08d7-451888ff7337	Venue 1	venue-1	1 Main Street	Lexington	38.000100	-84.500000	booking+1@venue.example.net	f
5fc0a8f9-44b5-e021-90e6-bb4fadfff434	Venue 2	venue-2	2 Main Street	Lexington	38.000200	-84.500000	booking+2@venue.example.net	f
7dd73598-2d79-3873-625b-49c06f1a3d87	Venue 3	venue-3	3 Main Street	Lexington	38.000300	-84.500000	booking+3@venue.example.net	f
f2876460-65e2-28ad-cbba-2b15397ad0f1	Venue 4	venue-4	4 Main Street	Lexington	38.000400	-84.500000	booking+4@venue.example.net	f
05a28c39-14eb-9f74-78ea-5404771192a0	Venue 5	venue-5	5 Main Street	Lexington	38.000500	-84.500000	booking+5@venue.example.net	f
\.


--
-- Name: datetime_venue_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.datetime_venue_id_seq', 60000, true);


--
-- Name: request_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.request_log_id_seq', 600000, true);


--
-- Name: SequelizeMeta SequelizeMeta_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."SequelizeMeta"
    ADD CONSTRAINT "SequelizeMeta_pkey" PRIMARY KEY (name);


--
-- Name: datetime_venue datetime_venue_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datetime_venue
    ADD CONSTRAINT datetime_venue_pkey PRIMARY KEY (id);


--
-- Name: event_admin_metadata event_admin_metadata_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_admin_metadata
    ADD CONSTRAINT event_admin_metadata_pkey PRIMARY KEY (event_id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: newsletter_subscriptions newsletter_subscriptions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.newsletter_subscriptions
    ADD CONSTRAINT newsletter_subscriptions_pkey PRIMARY KEY (identifier, topic);


--
-- Name: partners partners_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.partners
    ADD CONSTRAINT partners_pkey PRIMARY KEY (id);


--
-- Name: request_log request_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_log
    ADD CONSTRAINT request_log_pkey PRIMARY KEY (id);


--
-- Name: users users_identifier_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_identifier_key UNIQUE (identifier);


--
-- Name: users_partners_mappings users_partners_mappings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users_partners_mappings
    ADD CONSTRAINT users_partners_mappings_pkey PRIMARY KEY (user_id, partner_id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: venues venues_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.venues
    ADD CONSTRAINT venues_pkey PRIMARY KEY (id);


--
-- Name: venues venues_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.venues
    ADD CONSTRAINT venues_slug_key UNIQUE (slug);


--
-- Name: datetime_venue_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX datetime_venue_event_id_idx ON public.datetime_venue USING btree (event_id);


--
-- Name: datetime_venue_start_time_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX datetime_venue_start_time_idx ON public.datetime_venue USING btree (start_time);


--
-- Name: events_createdAt_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX "events_createdAt_idx" ON public.events USING btree ("createdAt");


--
-- Name: events_tags_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_tags_idx ON public.events USING gin (tags);


--
-- Name: partners_name_lowercase_unique; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX partners_name_lowercase_unique ON public.partners USING btree (lower((name)::text));


--
-- Name: request_log_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX request_log_at_idx ON public.request_log USING btree (at);


--
-- Name: request_log_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX request_log_user_id_idx ON public.request_log USING btree (user_id);


--
-- Name: datetime_venue datetime_venue_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datetime_venue
    ADD CONSTRAINT datetime_venue_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: datetime_venue datetime_venue_venue_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.datetime_venue
    ADD CONSTRAINT datetime_venue_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id);


--
-- Name: event_admin_metadata event_admin_metadata_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_admin_metadata
    ADD CONSTRAINT event_admin_metadata_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);


--
-- Name: events events_owning_partner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_owning_partner_id_fkey FOREIGN KEY (owning_partner_id) REFERENCES public.partners(id);


--
-- Name: newsletter_subscriptions newsletter_subscriptions_identifier_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.newsletter_subscriptions
    ADD CONSTRAINT newsletter_subscriptions_identifier_fkey FOREIGN KEY (identifier) REFERENCES public.users(identifier);


--
-- Name: users_partners_mappings users_partners_mappings_partner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users_partners_mappings
    ADD CONSTRAINT users_partners_mappings_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partners(id);


--
-- Name: users_partners_mappings users_partners_mappings_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users_partners_mappings
    ADD CONSTRAINT users_partners_mappings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- PostgreSQL database dump complete
--

\unrestrict OENiV25OMA0igaajcqanFiXGRt53xg7Vif2RmNbwdcrNLDJtDbbQmHdPGZ9h54Y

