--
-- PostgreSQL database dump
--

\restrict afqpGD5rxA4K5dNJy1W7auZzC12fa3LYs4waAzI1CfhBNKStMbR1CTLW2ekWiFH

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
20180316-migration.js
20180317-migration.js
20180318-migration.js
20180319-migration.js
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
6	2cf55b55-7c7b-1440-8294-732207d25031	fe0fea6f-815b-b39f-646b-2e369b385265	2024-01-01 06:00:00+00	2024-01-01 15:00:00+00	America/New_York
7	f16d9b38-606d-4e0c-874e-fbdcbb34e397	3ef56520-9b71-9ac6-1454-9b910a535a6d	2024-01-01 07:00:00+00	2024-01-01 17:30:00+00	America/New_York
8	c897f41e-d616-b81f-6249-dd51d7dc7e09	19ba1575-6a11-9284-584e-5072cc12e699	2024-01-01 08:00:00+00	2024-01-01 20:00:00+00	America/New_York
9	9eed1819-e155-1e1d-119d-797e5a0ae13f	3ca5c8fc-5cfc-1050-7221-47df856da9cf	2024-01-01 09:00:00+00	2024-01-01 22:30:00+00	America/New_York
10	415d45d4-3e6a-5073-a722-88c2a7ef3131	fd9b9dbb-5be5-05f8-366e-5fbdfe4314d9	2024-01-01 10:00:00+00	2024-01-02 01:00:00+00	America/New_York
11	ee179d19-d312-eca0-21f1-1e2bd1cf0897	3adbfd89-978d-9be4-a645-83286f23ec4e	2024-01-01 11:00:00+00	2024-01-02 03:30:00+00	America/New_York
12	f4dfde16-b56d-549c-b3e3-68e049ec3726	501cdc73-9336-3b37-208b-5c3d89313970	2024-01-01 12:00:00+00	2024-01-02 06:00:00+00	America/New_York
13	9362020e-4aac-bab9-bf93-7756cd64b1eb	ba37980f-ad68-4ae6-a083-978a739a9a3d	2024-01-01 13:00:00+00	2024-01-02 08:30:00+00	America/New_York
14	31fd01eb-1a8c-da1c-b856-7cde844efe95	217d27e1-20e2-badd-1cd2-c8a6a11734e3	2024-01-01 14:00:00+00	2024-01-02 11:00:00+00	America/New_York
15	16b196f5-91fa-923c-0c0b-3635c6022450	b3cfa27f-4b58-fe9d-e872-00e0f8465bb5	2024-01-01 15:00:00+00	2024-01-02 13:30:00+00	America/New_York
16	36113d58-72ad-eab6-c194-eb9385207928	67d20119-6030-a8c3-be16-f179c3f9e023	2024-01-01 16:00:00+00	2024-01-02 16:00:00+00	America/New_York
17	a50eff2c-caa0-5e3c-94c3-5915d283b4eb	d3137159-7ccc-17f5-c908-fb07a853d6e4	2024-01-01 17:00:00+00	2024-01-02 18:30:00+00	America/New_York
18	1f375f62-cd2f-fd9e-3963-99330cb12ce7	4f1680d5-02b4-ff04-cbce-5563dafc5fae	2024-01-01 18:00:00+00	2024-01-02 21:00:00+00	America/New_York
19	2428a760-fcbe-9cf8-52f1-42d9f6ef2a24	d47f52d5-0480-d82a-59be-b56b7eb127ab	2024-01-01 19:00:00+00	2024-01-02 23:30:00+00	America/New_York
20	869133fc-d27b-a0b5-a51c-cd2ea460510b	8306770c-b8b6-b95d-baaa-607a22bad22c	2024-01-01 20:00:00+00	2024-01-03 02:00:00+00	America/New_York
21	5a974d49-5494-89ed-21fa-b6c5330fe5a0	6ddf951c-6ff2-dda1-8074-51aa7d415a23	2024-01-01 21:00:00+00	2024-01-03 04:30:00+00	America/New_York
22	7b20f12b-511a-31b0-0f32-3c08f2983306	f7c8961e-b7b1-aa89-7270-69c1197a9335	2024-01-01 22:00:00+00	2024-01-03 07:00:00+00	America/New_York
23	d898f072-c418-bddf-05e0-25157cd5902a	41f90e63-de91-d48a-de94-6260bd3086cc	2024-01-01 23:00:00+00	2024-01-03 09:30:00+00	America/New_York
24	a2d7f861-82d7-cdd9-d383-0b5206592974	c6451ab9-09ff-a258-e435-7a6fd1d0941d	2024-01-02 00:00:00+00	2024-01-03 12:00:00+00	America/New_York
25	20a5ad56-959a-8758-76ab-4d8a614c1138	67630824-ec21-cf43-0dce-7bad492ce480	2024-01-02 01:00:00+00	2024-01-03 14:30:00+00	America/New_York
26	45dde4a9-0cf8-1b7b-2331-6df26d5dd5ea	ef5e40c7-d15b-e236-322d-6152d5238f0f	2024-01-02 02:00:00+00	2024-01-03 17:00:00+00	America/New_York
27	db3c7d7b-2f76-4147-87d8-dc8f9d3f85f6	586433bd-9929-8b76-97c0-7d2049f79ba9	2024-01-02 03:00:00+00	2024-01-03 19:30:00+00	America/New_York
28	af10cc8d-5201-26f1-b519-565b5cef0c95	83e52399-f870-e5ac-5a91-17273e2a1d24	2024-01-02 04:00:00+00	2024-01-03 22:00:00+00	America/New_York
29	5334bf68-06cd-5133-3b68-cd32d915a02a	7d46797b-d9b5-65ae-fc80-b3950e047b26	2024-01-02 05:00:00+00	2024-01-04 00:30:00+00	America/New_York
30	8e7dfeaa-0678-906d-180d-9548b796f165	6bdb2933-1711-fc05-5315-57fbe7a075bd	2024-01-02 06:00:00+00	2024-01-04 03:00:00+00	America/New_York
\.


--
-- Data for Name: event_admin_metadata; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_admin_metadata (event_id, note, audit) FROM stdin;
fee87619-ef5a-fbb1-ec97-310fc903c1f0	checked by admin1@infinite.example	{"by": "admin\\u0040infinite.example"}
ee179d19-d312-eca0-21f1-1e2bd1cf0897	checked by admin4@infinite.example	{"by": "admin\\u0040infinite.example"}
5a974d49-5494-89ed-21fa-b6c5330fe5a0	checked by admin0@infinite.example	{"by": "admin\\u0040infinite.example"}
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
2cf55b55-7c7b-1440-8294-732207d25031	Bluegrass Online Organizer Opening Available Reception	event-6	f	https://img.example.org/e/6.jpg	6	Organizer 6 <org6@club.example.com>	lexington show online available downtown street gallery poetry local the family community for reception contact show artist organizer please at community jazz music poetry of	<h2>film available at community lexington</h2>\n<p>jazz organizer community tickets please reading street please evening details market join reception show a downtown jazz join details available organizer film jazz doors makers organizer organizer join for opening makers community music for join free lexington workshop reading reception tickets film reading with us lexington gallery friendly details workshop lexington film for painting info info bluegrass of local workshop please makers festival gallery online of gallery park info evening workshop lexington show and bluegrass makers with film poetry live show street with family of free contact join available poetry painting street of gallery for with market gallery organizer the bluegrass available for contact family gallery please community music a workshop free reading join on for and live open and reading film of night workshop please doors the festival opening tickets jazz downtown friendly live live painting theatre festival music</p>\n\tContact: info6@club.example.com or "call"\\\n	{https://example.com/6,mailto:desk6@club.example.com}	{music,art}	https://www.example.com/6	\N	\N	f	2055d223-46f8-3047-bd69-140326a7437a	2024-01-01 00:06:00+00	2024-01-01 00:18:00+00
f16d9b38-606d-4e0c-874e-fbdcbb34e397	Please Reception Family Join The Screening	event-7	f	https://img.example.org/e/7.jpg	7	Organizer 7 <org7@club.example.com>	family details organizer makers festival night reception market bluegrass for live family festival community painting screening lexington artist street the of family theatre of film	<h2>artist details artist show gallery</h2>\n<p>online available community jazz music a doors reception park online info community on available please bluegrass opening us the market doors tickets painting for workshop gallery free live poetry painting the jazz screening workshop online park street jazz theatre downtown doors screening the join of theatre us theatre open the film makers local at jazz family lexington family free friendly tickets local for downtown festival join opening organizer evening painting available doors friendly painting festival painting jazz show screening organizer free at details market please artist local free artist poetry night festival online on open evening makers painting the evening us live evening makers available show open evening poetry please please us downtown the night makers details online details friendly artist community park film festival join local for community open local the local us reading community details live for reception</p>\n\tContact: info7@club.example.com or "call"\\\n	{https://example.com/7,mailto:desk7@club.example.com}	{music,art}	https://www.example.com/7	\N	\N	t	2fc46b61-b62c-b66e-fc54-0d6423507c79	2024-01-01 00:07:00+00	2024-01-01 00:21:00+00
c897f41e-d616-b81f-6249-dd51d7dc7e09	Doors Poetry Family Info Live Makers	event-8	f	https://img.example.org/e/8.jpg	8	Organizer 8 <org8@club.example.com>	contact music reading theatre friendly artist opening online us evening with workshop free night of online artist bluegrass artist of screening online downtown park contact	<h2>gallery makers market screening bluegrass</h2>\n<p>of theatre of bluegrass live artist show join evening street market free street local poetry screening live festival available jazz contact community opening festival night bluegrass details park at free show jazz free film painting community festival info open at poetry park with join contact available online park join please gallery film workshop join film poetry contact available artist reception bluegrass night open details night info street lexington market festival night reading for market music please info film reception evening bluegrass gallery with family bluegrass music film lexington local the info local music online tickets doors community live please jazz theatre online painting music organizer evening details workshop poetry community with join painting available jazz community gallery poetry music bluegrass theatre screening contact doors music on film gallery street artist street gallery for details local doors downtown local workshop jazz</p>\n\tContact: info8@club.example.com or "call"\\\n	{https://example.com/8,mailto:desk8@club.example.com}	{music,art}	https://www.example.com/8	\N	\N	t	8cfe0a16-b62b-4a9e-8d2c-9b1d48e2dbbe	2024-01-01 00:08:00+00	2024-01-01 00:24:00+00
9eed1819-e155-1e1d-119d-797e5a0ae13f	And Info The Of Details At	event-9	f	https://img.example.org/e/9.jpg	9	Organizer 9 <org9@club.example.com>	the artist makers of street opening doors contact please live jazz for available show park festival contact details free reception info free night info street	<h2>a community evening market contact</h2>\n<p>online poetry at free reception poetry free community street online music street gallery artist please local gallery reception at doors jazz organizer street park for family join doors please film reading show for artist downtown available a on please doors festival and and opening on details reception film at lexington with the gallery jazz friendly music market jazz a artist screening tickets film music night festival park screening festival film show family community gallery please tickets market bluegrass market free gallery reading opening online reception family on theatre a street of screening online the doors screening theatre reading reception makers free reading live friendly evening open family night theatre join theatre the street makers doors organizer open opening jazz downtown market street live music info opening doors makers open for music screening festival of live lexington reading please open join</p>\n\tContact: info9@club.example.com or "call"\\\n	{https://example.com/9,mailto:desk9@club.example.com}	{music,art}	https://www.example.com/9	\N	\N	f	fd17f3f3-ce29-47bf-46a4-bd3412b0abdc	2024-01-01 00:09:00+00	2024-01-01 00:27:00+00
415d45d4-3e6a-5073-a722-88c2a7ef3131	Street Organizer Artist Downtown Community Details	event-10	f	https://img.example.org/e/10.jpg	10	Organizer 10 <org10@club.example.com>	info theatre painting makers park street organizer artist downtown join at music contact available theatre open online market contact organizer details downtown show street friendly	<h2>with doors for please for</h2>\n<p>a artist friendly lexington open street of artist evening opening lexington night the live market free live lexington show workshop details available jazz live at community festival reception downtown street with available a lexington please open lexington screening at artist painting please and family show street park music a free tickets community friendly please open film at info lexington market lexington local live info screening friendly festival info please friendly makers local night bluegrass at us the family with show screening market film at info gallery downtown gallery park please lexington details available jazz open free with friendly opening online at details show tickets painting friendly poetry bluegrass lexington lexington opening artist park details film the doors a us of show open with painting available join join opening street show of screening community bluegrass the join contact reception gallery open</p>\n\tContact: info10@club.example.com or "call"\\\n	{https://example.com/10,mailto:desk10@club.example.com}	{music,art}	https://www.example.com/10	\N	\N	t	8791e2a3-a258-3e0c-65e9-7587a62ee0a5	2024-01-01 00:10:00+00	2024-01-01 00:30:00+00
ee179d19-d312-eca0-21f1-1e2bd1cf0897	Lexington Of Friendly Artist Painting Friendly	event-11	t	https://img.example.org/e/11.jpg	11	Organizer 11 <org11@club.example.com>	family gallery the show workshop community street live and with painting lexington doors family doors bluegrass night night and the night film night details lexington	<h2>on film details theatre details</h2>\n<p>live gallery live artist screening night opening theatre online lexington of free available painting contact lexington artist artist online reading festival doors makers artist doors market info workshop bluegrass street friendly online us organizer street artist opening friendly family us workshop organizer reading info of live us the music opening music downtown reception us contact screening live street park online opening gallery us screening theatre street the reception join join festival market film screening friendly screening contact contact free lexington artist poetry on gallery workshop friendly festival please on jazz downtown reading family gallery evening open community makers downtown live show with music organizer show painting evening theatre online theatre open opening contact family show park friendly street free opening artist a doors street doors and and of gallery music community family workshop a reading reading park on show reception</p>\n\tContact: info11@club.example.com or "call"\\\n	{https://example.com/11,mailto:desk11@club.example.com}	{music,art}	https://www.example.com/11	\N	\N	t	642dd2cc-5f6f-ecd8-5dd4-f031bef883d8	2024-01-01 00:11:00+00	2024-01-01 00:33:00+00
f4dfde16-b56d-549c-b3e3-68e049ec3726	Us Tickets For Available Community Tickets	event-12	f	https://img.example.org/e/12.jpg	12	Organizer 12 <org12@club.example.com>	local market join reading makers join free workshop info screening downtown painting festival a jazz friendly artist makers night theatre poetry festival live details gallery	<h2>available local with info contact</h2>\n<p>downtown music free downtown tickets lexington for family organizer open film gallery info evening tickets and open for downtown street opening downtown makers festival makers the organizer reception contact available friendly live jazz night and show open night doors us street and evening please workshop us music info join reception friendly screening show tickets opening please show the us please friendly online for family jazz painting park family with jazz jazz info makers open theatre film artist doors please festival contact downtown opening screening bluegrass online lexington theatre the reading with poetry the us open friendly park artist reading and reading park workshop show free downtown family the details the film family of makers opening jazz please reading on us theatre friendly jazz of free bluegrass festival park online evening doors gallery lexington tickets local street night and music us</p>\n\tContact: info12@club.example.com or "call"\\\n	{https://example.com/12,mailto:desk12@club.example.com}	{music,art}	https://www.example.com/12	\N	\N	f	1b7cae88-4658-9d9f-a1e0-93954ac5d2d5	2024-01-01 00:12:00+00	2024-01-01 00:36:00+00
9362020e-4aac-bab9-bf93-7756cd64b1eb	Music Of Downtown Us Artist Tickets	event-13	f	https://img.example.org/e/13.jpg	13	Organizer 13 <org13@club.example.com>	festival artist artist festival theatre friendly online online makers with details theatre doors live live theatre free local open tickets reception workshop opening downtown night	<h2>join gallery free a join</h2>\n<p>at night evening live jazz festival at reading join jazz info poetry reading friendly please organizer tickets festival reading organizer gallery jazz artist organizer friendly opening live online a tickets of market evening street street live available contact screening gallery festival festival bluegrass free evening community for friendly us free bluegrass doors join us on us local open opening family makers workshop please night online please show live on reading us street a show bluegrass on night info artist poetry artist night bluegrass market opening open artist lexington on artist lexington the festival night info of live night theatre market reception tickets workshop free organizer details local park music park community evening organizer available join details for family market lexington park for park doors music lexington makers bluegrass with festival reading theatre family available of open doors community tickets street</p>\n\tContact: info13@club.example.com or "call"\\\n	{https://example.com/13,mailto:desk13@club.example.com}	{music,art}	https://www.example.com/13	\N	\N	t	3953c658-686c-5e10-349c-14b0099b3e78	2024-01-01 00:13:00+00	2024-01-01 00:39:00+00
31fd01eb-1a8c-da1c-b856-7cde844efe95	Workshop Reception The Doors Of A	event-14	f	https://img.example.org/e/14.jpg	14	Organizer 14 <org14@club.example.com>	bluegrass local lexington family evening details local music the of local bluegrass film market festival on and doors on at at screening doors join park	<h2>available downtown open with tickets</h2>\n<p>doors gallery makers us park family friendly opening theatre organizer us evening doors family family with park live poetry music night show at market jazz online artist a a of painting workshop of and a night reading evening family at local open online of and poetry at music workshop festival organizer jazz a workshop the poetry lexington evening music workshop free with family lexington free workshop lexington show reception free contact downtown local free workshop community details show of us for tickets street reception and organizer screening a park live jazz night opening jazz tickets park local reception bluegrass community night street online artist open join jazz contact with the info please artist reading street details friendly contact details organizer join bluegrass a free tickets contact online park community info with park reading workshop organizer on and reception artist open</p>\n\tContact: info14@club.example.com or "call"\\\n	{https://example.com/14,mailto:desk14@club.example.com}	{music,art}	https://www.example.com/14	\N	\N	t	ed97d556-e46a-d849-c6a6-349ac549be7d	2024-01-01 00:14:00+00	2024-01-01 00:42:00+00
16b196f5-91fa-923c-0c0b-3635c6022450	Show Artist Workshop Park Screening Theatre	event-15	f	https://img.example.org/e/15.jpg	15	Organizer 15 <org15@club.example.com>	on bluegrass details tickets free on lexington for workshop doors doors poetry of poetry night details on theatre downtown and available lexington and free please	<h2>tickets bluegrass please downtown info</h2>\n<p>tickets night and friendly artist painting family a for open street doors the on park festival reading the workshop community details a bluegrass of the artist details artist theatre street family please reading jazz on bluegrass jazz film of at community workshop downtown available doors organizer film of family at the music workshop details theatre market online market contact lexington opening us live street reading gallery community show online reading please evening lexington live for available for online lexington the makers online and reading community music downtown downtown online contact evening workshop reading market with evening contact festival contact poetry info us park info market artist screening contact with contact join show and join opening community info downtown online organizer of show music local local park workshop community reception available join online free organizer film reading artist painting organizer us</p>\n\tContact: info15@club.example.com or "call"\\\n	{https://example.com/15,mailto:desk15@club.example.com}	{music,art}	https://www.example.com/15	\N	\N	f	e5a84d73-82cb-46d4-94c4-4e05ed48099b	2024-01-01 00:15:00+00	2024-01-01 00:45:00+00
36113d58-72ad-eab6-c194-eb9385207928	Park Reading Us Contact Available Friendly	event-16	f	https://img.example.org/e/16.jpg	16	Organizer 16 <org16@club.example.com>	a with community contact open online opening festival organizer please music live contact evening painting painting street on reading contact organizer for live please details	<h2>on contact reception park please</h2>\n<p>the at tickets at family reception reception available and join us lexington of theatre info community available on opening please artist jazz gallery park painting free jazz reading poetry makers a downtown for poetry reception contact tickets details with artist the workshop festival for for a friendly market lexington street film tickets lexington please friendly market of show family online and bluegrass the reception bluegrass contact join reading evening the bluegrass of at online artist evening open bluegrass free info organizer a park for downtown show reception friendly join with open friendly please bluegrass family film join street festival details doors night for reception bluegrass screening organizer poetry festival jazz music details with and at local with market at tickets workshop street free market family artist lexington details night show organizer reading street on makers contact painting of details market</p>\n\tContact: info16@club.example.com or "call"\\\n	{https://example.com/16,mailto:desk16@club.example.com}	{music,art}	https://www.example.com/16	\N	\N	t	9b69018a-7966-7612-397f-30f34effd734	2024-01-01 00:16:00+00	2024-01-01 00:48:00+00
a50eff2c-caa0-5e3c-94c3-5915d283b4eb	Bluegrass Show Free Online Join Of	event-17	f	https://img.example.org/e/17.jpg	17	Organizer 17 <org17@club.example.com>	doors artist lexington show open and market film evening theatre at and available of contact theatre park evening makers organizer reception reception doors friendly community	<h2>film lexington info join at</h2>\n<p>at downtown the theatre for lexington friendly please friendly info jazz screening street reading doors on painting park on free night contact details family us open available with music lexington available of organizer reception festival film us local friendly jazz of family of of details local show park and theatre festival please local street painting opening a downtown lexington night poetry available street contact organizer film join festival please details free street the makers festival poetry show live street friendly downtown reading for live us with painting street reading free bluegrass market bluegrass jazz community local contact please show artist market doors bluegrass with info poetry makers join market bluegrass friendly friendly of gallery opening reception theatre contact open screening lexington bluegrass open festival us theatre market evening available live reading friendly community us for reception theatre family show artist</p>\n\tContact: info17@club.example.com or "call"\\\n	{https://example.com/17,mailto:desk17@club.example.com}	{music,art}	https://www.example.com/17	\N	\N	t	2cada9fb-e3ce-80bc-9c3e-4f4a9fcd9716	2024-01-01 00:17:00+00	2024-01-01 00:51:00+00
1f375f62-cd2f-fd9e-3963-99330cb12ce7	Join Community Evening Street On Live	event-18	f	https://img.example.org/e/18.jpg	18	Organizer 18 <org18@club.example.com>	please night the and doors market available street local for makers live free join and bluegrass on screening at painting live available at family contact	<h2>poetry tickets jazz us makers</h2>\n<p>opening of screening market of live local open free of makers family makers doors at for with show contact free available organizer tickets bluegrass please us theatre show at workshop festival screening lexington park reading friendly family tickets makers doors park park live jazz available festival online gallery organizer doors on downtown local please live please show doors workshop makers doors friendly tickets available online show at and community please film street makers please opening for of artist theatre please family us tickets open reception join poetry market a organizer organizer evening details jazz a film makers of jazz festival info jazz join and with friendly music workshop theatre lexington downtown live market doors workshop doors painting friendly poetry and available info music with artist reading night with at available us live painting screening screening details please evening night please</p>\n\tContact: info18@club.example.com or "call"\\\n	{https://example.com/18,mailto:desk18@club.example.com}	{music,art}	https://www.example.com/18	\N	\N	f	555d46df-8a0f-0897-1433-2d35b4a30baa	2024-01-01 00:18:00+00	2024-01-01 00:54:00+00
2428a760-fcbe-9cf8-52f1-42d9f6ef2a24	The Painting Market Reading Please Contact	event-19	f	https://img.example.org/e/19.jpg	19	Organizer 19 <org19@club.example.com>	park with tickets on the family street artist for a of jazz music reading music show street doors street lexington screening at the artist of	<h2>park painting painting lexington at</h2>\n<p>artist please theatre festival reception evening info theatre reading online live available doors details jazz and of festival bluegrass the online park free and market friendly doors for us reception friendly info painting info theatre reading open downtown park us friendly details us artist join of gallery on show join at painting film gallery family local at artist theatre lexington at theatre organizer info open open contact a market market local film show with downtown doors organizer downtown community reading night info details gallery evening festival jazz info artist with online theatre free info screening please evening on downtown us info park online join poetry on contact the doors jazz live friendly online at street open of music the doors local artist online with at local at on evening online for evening workshop show a info street join tickets with</p>\n\tContact: info19@club.example.com or "call"\\\n	{https://example.com/19,mailto:desk19@club.example.com}	{music,art}	https://www.example.com/19	\N	\N	t	8131f037-ea69-35b6-5b1d-288d9a2bd365	2024-01-01 00:19:00+00	2024-01-01 00:57:00+00
869133fc-d27b-a0b5-a51c-cd2ea460510b	Opening Market Evening Please For Film	event-20	f	https://img.example.org/e/20.jpg	20	Organizer 20 <org20@club.example.com>	community live open contact contact evening a community on please theatre makers contact lexington open reading the doors of makers online opening music for evening	<h2>please show reading info festival</h2>\n<p>free with please screening reception and downtown of jazz evening music lexington with screening a info a painting local painting festival downtown live festival opening open theatre info at poetry bluegrass bluegrass organizer and workshop evening please the organizer lexington the doors film poetry market us a downtown and the friendly community workshop painting and artist details gallery market artist festival theatre available gallery local family opening community details music open family bluegrass a for makers family street contact available workshop evening film the screening festival details live screening local info free the poetry please doors community reception lexington family open with live community music market for info poetry show film park join join evening bluegrass organizer online jazz screening for workshop at reading and theatre makers opening music night of join workshop free show on contact reception jazz screening</p>\n\tContact: info20@club.example.com or "call"\\\n	{https://example.com/20,mailto:desk20@club.example.com}	{music,art}	https://www.example.com/20	\N	\N	t	cda84eac-21be-d18f-0e6a-300594c1c399	2024-01-01 00:20:00+00	2024-01-01 01:00:00+00
5a974d49-5494-89ed-21fa-b6c5330fe5a0	The Reception Artist Contact Reading Downtown	event-21	f	https://img.example.org/e/21.jpg	21	Organizer 21 <org21@club.example.com>	available family jazz organizer evening painting jazz evening and poetry makers free join info night jazz evening us bluegrass poetry please park reading for bluegrass	<h2>painting evening evening for live</h2>\n<p>film evening downtown community poetry show evening with a with workshop screening doors details online theatre at makers local doors the workshop info join community evening doors family community reading info on friendly join family evening available join on doors with park gallery evening on join and local evening of reading open reception join festival jazz film info free screening downtown makers lexington organizer evening opening opening please show opening screening reception and contact join the painting gallery community community with gallery of gallery tickets us of lexington market with artist reading festival theatre us available theatre film bluegrass doors available park online festival artist workshop festival online open makers free open makers at park bluegrass downtown film lexington market theatre night screening and friendly organizer makers film for please details theatre evening local market with contact live music show</p>\n\tContact: info21@club.example.com or "call"\\\n	{https://example.com/21,mailto:desk21@club.example.com}	{music,art}	https://www.example.com/21	\N	\N	f	7525da81-e151-20da-c8e3-7e426fc088e1	2024-01-01 00:21:00+00	2024-01-01 01:03:00+00
7b20f12b-511a-31b0-0f32-3c08f2983306	Night Film Poetry Open The Makers	event-22	t	https://img.example.org/e/22.jpg	22	Organizer 22 <org22@club.example.com>	organizer of night community on contact painting please evening community screening organizer info show show festival reading the reading film show film online film us	<h2>contact music reading festival painting</h2>\n<p>family available join open park the park tickets poetry with doors theatre for a of evening bluegrass festival the community park poetry opening on opening doors community local info the reception theatre live screening organizer info local reading of on theatre evening street show theatre tickets jazz music workshop family festival market on lexington festival night artist organizer info contact gallery free join workshop opening open lexington and reading us evening park us tickets with film please poetry open evening festival film tickets community for info park friendly local on opening show poetry reception online reception music of show film painting screening a street online festival theatre tickets evening street market artist screening of organizer community park with film workshop info friendly a available us artist info free of at friendly a tickets contact makers on poetry park painting poetry</p>\n\tContact: info22@club.example.com or "call"\\\n	{https://example.com/22,mailto:desk22@club.example.com}	{music,art}	https://www.example.com/22	\N	\N	t	eeb7ecbc-db8f-e3e1-9d59-676fd9b33aab	2024-01-01 00:22:00+00	2024-01-01 01:06:00+00
d898f072-c418-bddf-05e0-25157cd5902a	Join Free Screening Tickets Gallery Painting	event-23	f	https://img.example.org/e/23.jpg	23	Organizer 23 <org23@club.example.com>	night tickets us theatre evening online available tickets downtown family downtown please park poetry at show music artist night park film downtown jazz show free	<h2>family free reception tickets gallery</h2>\n<p>local bluegrass lexington street street evening live join artist for please of downtown join artist free festival festival free evening with us evening join on jazz for theatre at painting artist tickets family details makers music at opening online friendly lexington opening the of on details available opening details and at at on contact bluegrass gallery the and film us street reception workshop community at workshop reception open screening jazz info street music bluegrass show local bluegrass evening friendly bluegrass and friendly street street online of reading park painting family screening live available live open free market show info reading please for the screening the friendly market gallery theatre the online jazz open makers reception family gallery of join screening theatre organizer at please festival artist community jazz opening evening downtown at on community makers painting poetry film festival the</p>\n\tContact: info23@club.example.com or "call"\\\n	{https://example.com/23,mailto:desk23@club.example.com}	{music,art}	https://www.example.com/23	\N	\N	t	f5400f24-ead8-57de-c1f2-513c3c34254c	2024-01-01 00:23:00+00	2024-01-01 01:09:00+00
a2d7f861-82d7-cdd9-d383-0b5206592974	Available Free Night Tickets Open Screening	event-24	f	https://img.example.org/e/24.jpg	24	Organizer 24 <org24@club.example.com>	available doors friendly artist downtown local night reading market for opening for bluegrass music family evening available painting local show family online local evening at	<h2>at and market contact film</h2>\n<p>screening evening please bluegrass the doors downtown night theatre contact details a online tickets on join free bluegrass jazz on festival bluegrass poetry music contact park free show opening tickets free organizer and makers doors contact organizer reading family open downtown at gallery us bluegrass screening tickets join organizer makers online park open painting theatre info open poetry and painting artist night tickets evening market live poetry night on a theatre friendly opening open workshop festival reception painting bluegrass and workshop market a makers market info festival painting lexington a reading screening open jazz online artist on festival please the and and makers with downtown info community poetry screening workshop downtown details at organizer street festival join show painting info friendly contact contact details with free contact poetry doors of and poetry park free doors reading join us film live</p>\n\tContact: info24@club.example.com or "call"\\\n	{https://example.com/24,mailto:desk24@club.example.com}	{music,art}	https://www.example.com/24	\N	\N	f	bd710c47-d37e-268a-d2b6-4caf4e7681a0	2024-01-01 00:24:00+00	2024-01-01 01:12:00+00
20a5ad56-959a-8758-76ab-4d8a614c1138	With Please Show Festival Reception Family	event-25	f	https://img.example.org/e/25.jpg	25	Organizer 25 <org25@club.example.com>	reception reading gallery of theatre music info and artist lexington contact poetry community market organizer the for family with open live show local reading night	<h2>film organizer night the evening</h2>\n<p>open music free poetry street free workshop available live festival with tickets join and free park film park painting available contact street on opening organizer bluegrass screening at theatre live lexington organizer live friendly family available makers organizer evening tickets opening screening poetry night jazz makers local reading bluegrass organizer festival for lexington the downtown painting jazz friendly for gallery free live friendly show gallery organizer downtown the friendly a street for tickets and please jazz contact music lexington a of and tickets bluegrass film organizer park market poetry park film downtown family reception film makers friendly tickets a film at for the of theatre friendly organizer doors park live gallery tickets lexington and theatre show contact at for organizer for artist a the community join us night gallery join painting gallery gallery available at workshop the at artist reading</p>\n\tContact: info25@club.example.com or "call"\\\n	{https://example.com/25,mailto:desk25@club.example.com}	{music,art}	https://www.example.com/25	\N	\N	t	3b64b691-b769-a056-6ef9-f757cbe812f6	2024-01-01 00:25:00+00	2024-01-01 01:15:00+00
45dde4a9-0cf8-1b7b-2331-6df26d5dd5ea	Please Info Park Festival Contact Opening	event-26	f	https://img.example.org/e/26.jpg	26	Organizer 26 <org26@club.example.com>	bluegrass screening poetry jazz painting online lexington makers festival online music open info open with with workshop jazz jazz street street music painting music organizer	<h2>opening bluegrass and join live</h2>\n<p>reception details jazz reception community on at and evening free festival contact info join evening family park artist us makers reading info friendly us us artist of contact us free community doors opening family the details contact evening contact opening contact community on painting us artist doors gallery at info market a community of join opening festival family opening at doors for tickets local family downtown opening family info live opening jazz join open show bluegrass music please friendly opening for screening a and theatre family lexington on community film online lexington with gallery workshop for tickets evening evening reading contact market workshop for doors on community downtown park with the park community jazz jazz please join free music online organizer workshop evening for theatre and the doors poetry workshop park us music free the the on gallery street join</p>\n\tContact: info26@club.example.com or "call"\\\n	{https://example.com/26,mailto:desk26@club.example.com}	{music,art}	https://www.example.com/26	\N	\N	t	c09b825c-0c50-305e-cba5-d4cc8522bb14	2024-01-01 00:26:00+00	2024-01-01 01:18:00+00
db3c7d7b-2f76-4147-87d8-dc8f9d3f85f6	Organizer Makers Painting Night Market Friendly	event-27	f	https://img.example.org/e/27.jpg	27	Organizer 27 <org27@club.example.com>	jazz community on music film family lexington free available opening join painting festival available open and and doors show organizer community lexington park of open	<h2>reception at poetry gallery poetry</h2>\n<p>online opening open makers opening opening of the lexington community please for poetry at poetry theatre show downtown the poetry with show family festival market artist evening for reading join a reading artist of of reception jazz organizer of friendly please on of makers street workshop please with info us info with park painting downtown reading a info tickets available lexington reception of film workshop contact join on contact reception us tickets the open reading show the please show a reception gallery artist tickets opening makers downtown free at artist workshop film open of lexington reception theatre painting friendly of street poetry night night the local local theatre lexington show painting jazz workshop screening with local organizer friendly artist family night for friendly makers live us at tickets makers makers doors makers screening workshop street poetry street doors opening organizer</p>\n\tContact: info27@club.example.com or "call"\\\n	{https://example.com/27,mailto:desk27@club.example.com}	{music,art}	https://www.example.com/27	\N	\N	f	283d821e-933a-ce49-07ac-49c16e0799ea	2024-01-01 00:27:00+00	2024-01-01 01:21:00+00
af10cc8d-5201-26f1-b519-565b5cef0c95	Family Doors Screening Friendly Workshop Us	event-28	f	https://img.example.org/e/28.jpg	28	Organizer 28 <org28@club.example.com>	jazz details night local family painting painting poetry doors of gallery the family and for info info open reception night tickets night a show park	<h2>painting makers park screening workshop</h2>\n<p>tickets street join artist contact for open reading theatre live info reading and for workshop local free us music community join contact market at music of theatre lexington a park a film music live a night online for us local opening makers bluegrass local with screening screening screening film of poetry friendly info gallery park workshop music show tickets family market with local gallery local of community for friendly details available evening with downtown online info for jazz family downtown online street info park painting open on festival of on online market available night tickets theatre open at please poetry contact community of and lexington friendly workshop makers painting local jazz show organizer festival workshop market evening and a evening details friendly theatre open local screening painting on local at the gallery painting organizer at us painting theatre painting reading</p>\n\tContact: info28@club.example.com or "call"\\\n	{https://example.com/28,mailto:desk28@club.example.com}	{music,art}	https://www.example.com/28	\N	\N	t	583d763a-3bc8-a380-bd5d-fdc3744051ef	2024-01-01 00:28:00+00	2024-01-01 01:24:00+00
5334bf68-06cd-5133-3b68-cd32d915a02a	Online And Please Artist Family Market	event-29	f	https://img.example.org/e/29.jpg	29	Organizer 29 <org29@club.example.com>	at for painting and reading of gallery park workshop contact lexington festival online of contact night poetry info family park market with market reading screening	<h2>us info park us poetry</h2>\n<p>painting at family festival film available family opening for please contact night details a with on open at join poetry on poetry lexington lexington bluegrass market free online friendly free tickets friendly reading contact show film family with lexington poetry evening local on painting tickets downtown market night gallery artist friendly painting artist show makers of market festival bluegrass park makers open downtown artist a painting artist evening free market workshop bluegrass reading music park available lexington join reading on a community show show with artist show friendly local park jazz theatre a contact of with us reception details evening please park theatre makers info tickets available with on makers park friendly organizer with doors the and film lexington friendly tickets a friendly evening contact organizer and doors of join film gallery community community of opening street lexington the for</p>\n\tContact: info29@club.example.com or "call"\\\n	{https://example.com/29,mailto:desk29@club.example.com}	{music,art}	https://www.example.com/29	\N	\N	t	6f40b23e-7f99-a11b-4011-5d1b09c738cf	2024-01-01 00:29:00+00	2024-01-01 01:27:00+00
8e7dfeaa-0678-906d-180d-9548b796f165	Reception Us Family Park Evening Music	event-30	f	https://img.example.org/e/30.jpg	30	Organizer 30 <org30@club.example.com>	opening reception live painting street please reception poetry info doors screening poetry organizer park tickets music local doors please opening gallery family evening night poetry	<h2>tickets organizer show makers downtown</h2>\n<p>painting show theatre available info local music night night local doors local at makers reading tickets reading doors evening theatre workshop of online on doors evening opening available of live and makers tickets show info details poetry film market family for film on bluegrass on available at music evening join of friendly jazz evening film music and and local organizer open music of park details with family the park organizer market bluegrass reception show artist poetry doors artist makers music park a painting opening workshop info available gallery poetry opening join street artist open poetry friendly screening free theatre makers details free theatre available night night music music with us for please organizer organizer opening painting park evening show details free film the community downtown with on community market live painting local info please workshop gallery gallery open family local</p>\n\tContact: info30@club.example.com or "call"\\\n	{https://example.com/30,mailto:desk30@club.example.com}	{music,art}	https://www.example.com/30	\N	\N	f	102350a7-e2c4-5cf9-c570-98e8f5b4f8af	2024-01-01 00:30:00+00	2024-01-01 01:30:00+00
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
user.57@mail57.example.org	weekly
user.67@mail67.example.org	weekly
user.77@mail77.example.org	weekly
user.87@mail87.example.org	weekly
user.97@mail0.example.org	weekly
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
8c888153-5d48-0ae6-bc8c-9af3aae7ef16	Partner 6	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
2055d223-46f8-3047-bd69-140326a7437a	Partner 7	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
2fc46b61-b62c-b66e-fc54-0d6423507c79	Partner 8	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
8cfe0a16-b62b-4a9e-8d2c-9b1d48e2dbbe	Partner 9	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
fd17f3f3-ce29-47bf-46a4-bd3412b0abdc	Partner 10	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
8791e2a3-a258-3e0c-65e9-7587a62ee0a5	Partner 11	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
642dd2cc-5f6f-ecd8-5dd4-f031bef883d8	Partner 12	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
1b7cae88-4658-9d9f-a1e0-93954ac5d2d5	Partner 13	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
3953c658-686c-5e10-349c-14b0099b3e78	Partner 14	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
ed97d556-e46a-d849-c6a6-349ac549be7d	Partner 15	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
e5a84d73-82cb-46d4-94c4-4e05ed48099b	Partner 16	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
9b69018a-7966-7612-397f-30f34effd734	Partner 17	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
2cada9fb-e3ce-80bc-9c3e-4f4a9fcd9716	Partner 18	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
555d46df-8a0f-0897-1433-2d35b4a30baa	Partner 19	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
8131f037-ea69-35b6-5b1d-288d9a2bd365	Partner 20	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
cda84eac-21be-d18f-0e6a-300594c1c399	Partner 21	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
7525da81-e151-20da-c8e3-7e426fc088e1	Partner 22	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
eeb7ecbc-db8f-e3e1-9d59-676fd9b33aab	Partner 23	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
f5400f24-ead8-57de-c1f2-513c3c34254c	Partner 24	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
bd710c47-d37e-268a-d2b6-4caf4e7681a0	Partner 25	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
3b64b691-b769-a056-6ef9-f757cbe812f6	Partner 26	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
c09b825c-0c50-305e-cba5-d4cc8522bb14	Partner 27	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
283d821e-933a-ce49-07ac-49c16e0799ea	Partner 28	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
583d763a-3bc8-a380-bd5d-fdc3744051ef	Partner 29	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
6f40b23e-7f99-a11b-4011-5d1b09c738cf	Partner 30	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
102350a7-e2c4-5cf9-c570-98e8f5b4f8af	Partner 31	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
ae130860-8297-69f4-d611-a5fe342db132	Partner 32	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
abb2c8d6-936b-4038-e5c1-edc29ee8850a	Partner 33	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
c1c496f0-e0b5-de33-464d-a7a04e835f0f	Partner 34	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
ebcc34a5-2b72-7e00-5208-473617f94a92	Partner 35	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
90c0ae9f-83f8-6e8f-371f-e066485380d9	Partner 36	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
97f146ea-4420-2f72-0e11-ff9ad4b0861c	Partner 37	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
810fb473-53ae-8002-330b-74b9086296ec	Partner 38	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
9307fb1d-3b95-0b76-2aec-f308225fb678	Partner 39	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
33488f7f-a35e-46f6-b9b8-dc345d2dd96c	Partner 40	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
05ab0576-e474-4c3d-7fec-d8ffefceb359	Partner 41	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
a2aa81d7-a72a-7b0e-5b1f-60109f5ae586	Partner 42	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
c88f825f-69a8-98da-981e-cd087cfa2481	Partner 43	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
1ec759db-65d7-1767-4ada-e02f29387582	Partner 44	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
3fa457c7-e375-88d5-9168-69bb91960e2a	Partner 45	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
16e08cc8-e8be-dc50-206f-49b7213a366e	Partner 46	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
8de194e1-627f-8b4f-f176-bfdf22c9f708	Partner 47	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
56306748-b390-c87b-c836-004352c0beed	Partner 48	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
2155c52b-c2a4-43b7-de1d-66b3c9b28e34	Partner 49	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
faa561cd-a230-4547-9982-110628bfc7c5	Partner 50	\N	\N	2024-01-01 00:00:00+00	2024-01-01 00:00:00+00
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
6	2024-01-01 00:00:06+00	a926f50c-70bc-024f-df9f-9eb1bcfe779f	GET	/events/c4a68dc959943caf76d5cb46c97201f2	200	0.6
7	2024-01-01 00:00:07+00	1568297f-e9b5-fbb0-3f9a-ffcf1dfd1149	GET	/events/3d8abfbb5128006d4295b1ab5fc70bad	200	0.7
8	2024-01-01 00:00:08+00	89865531-4471-99eb-54d5-1c0065012f63	GET	/events/90a071d6a73f529da5efeb75b4cec839	200	0.8
9	2024-01-01 00:00:09+00	2a89dde9-2001-c4e2-bcf1-5282ad3906eb	GET	/events/1e95ec65c03e06c5057a1659d1788dbd	200	0.9
10	2024-01-01 00:00:10+00	9f0af848-12d3-65eb-4544-23990c94902e	GET	/events/a2a1f63d98e3755f63fb60485a56c853	200	1
11	2024-01-01 00:00:11+00	f76ba1d4-1232-1ee7-a90c-74834e4e2f96	GET	/events/4678f5a997d3c42551331e04596491d3	200	1.1
12	2024-01-01 00:00:12+00	95d4c8a4-87a1-7151-07bd-a8e9d7eb8932	GET	/events/e249a6ebf27391725552f1d90f559f14	200	1.2
13	2024-01-01 00:00:13+00	fe653087-4fd2-45c2-8f17-2d1985c85c67	GET	/events/0839f88ae61efaa3e91fdf5b732b242f	200	1.3
14	2024-01-01 00:00:14+00	2af3db55-1ae0-dec7-2d67-60277c5435c3	GET	/events/2d337e4372792a35c557c24dc3144f62	200	1.4
15	2024-01-01 00:00:15+00	31fc86f0-4874-80b2-48ba-ef207b8059fb	GET	/events/003a63aa0b2e193ef81111bc8c0b56c3	200	1.5
16	2024-01-01 00:00:16+00	b40981c6-f59a-65a3-aaf5-428fd1aefc26	GET	/events/78e76241a599f90ce696cefb415c24f9	200	1.6
17	2024-01-01 00:00:17+00	1c297f83-78a9-66ab-4a51-a28b081c9148	GET	/events/dce93e39c7bfd0ad8bb6f2128e7225f0	200	1.7
18	2024-01-01 00:00:18+00	e924231e-c367-2ab6-22a0-b4d4c1048a22	GET	/events/55900f6043109d0c94f1287fab1ef610	200	1.8
19	2024-01-01 00:00:19+00	e08a6db5-dffe-5c54-de5e-396bbf70eea7	GET	/events/894e71a060267adae63c64d7bcfe2b58	200	1.9
20	2024-01-01 00:00:20+00	75e987b9-8159-79f7-d8e4-9a1a3275c104	GET	/events/9846f2d7e24272f38e6f66bf0ff8d7cf	200	2
21	2024-01-01 00:00:21+00	896eeda7-9ba2-d913-6bb6-13e4cc6cfe85	GET	/events/3489c055d1caafbf70c054f520018682	200	2.1
22	2024-01-01 00:00:22+00	c143a128-ad21-0c15-95d8-aae860e97318	GET	/events/ad87b1ec5f6020f5055920cc4c76fb0d	200	2.2
23	2024-01-01 00:00:23+00	24d6efef-a3ea-34e5-66e0-e221b0905ac6	GET	/events/efabc30264bfc7933a9e891bac67b28f	200	2.3
24	2024-01-01 00:00:24+00	d204eecc-2efd-5905-e654-93de3657ac12	GET	/events/c437755e7679a1005429adcca865a2f9	200	2.4
25	2024-01-01 00:00:25+00	235a7b9c-d4da-a792-117a-08f75b1031f2	GET	/events/049e41194ecc2495bc48751163c9373c	200	2.5
26	2024-01-01 00:00:26+00	f7b91e06-fd61-6c38-f407-d87938e636a7	GET	/events/798ae2c82d15e166271f3d74e63a4a63	200	2.6
27	2024-01-01 00:00:27+00	6d404803-bfbf-9c1e-e8cf-3e65b06c636d	GET	/events/5577cc10e6c39d776ac1a8a242d20627	200	2.7
28	2024-01-01 00:00:28+00	8fac914e-60e7-c45b-142b-852fbf7d0d6e	GET	/events/ec4bb637664928e29773dd7d0620da2b	200	2.8
29	2024-01-01 00:00:29+00	46e46cc5-53f5-147f-662e-daff510235d8	GET	/events/924fcd3389fd1f27d0bc853486fc763d	200	2.9
30	2024-01-01 00:00:30+00	1824ce07-77f0-e965-294f-8e4f96599cbe	GET	/events/cbe407d88cf903d64af4adde0c89e0ac	200	3
31	2024-01-01 00:00:31+00	1ceb0ac4-43db-3fbb-6036-5eb221f6971b	GET	/events/8c150baad83e4307a893295a463358fd	200	3.1
32	2024-01-01 00:00:32+00	ff8e26d2-c179-a111-2111-64a639c01b01	GET	/events/d115ade3856952ac1dd5ae80da693bd0	200	3.2
33	2024-01-01 00:00:33+00	2308bfea-d5cc-d077-f843-66a3f1a9a914	GET	/events/4d1b3dd962acfddf359fd19b978ae113	200	3.3
34	2024-01-01 00:00:34+00	371d23a1-7cbf-d25d-026a-bf3a9a477d22	GET	/events/d42388f9aecfaaf40f6cb9216e0ea4a0	200	3.4
35	2024-01-01 00:00:35+00	d4399521-0205-b752-4c9d-16e7eea5b8eb	GET	/events/a92573cc7ac481f2e190fe8f085918f9	200	3.5
36	2024-01-01 00:00:36+00	1c53b1d9-fdba-41d2-1de0-4b0cafeec70b	GET	/events/eb2c22455e2cd008b480d205d76e6882	200	3.6
37	2024-01-01 00:00:37+00	c1fdf795-e99c-3036-fbbb-7f133d2d6573	GET	/events/1a349e3cb3e9cdab4de64a198ea3fea8	200	3.7
38	2024-01-01 00:00:38+00	ff993676-2e31-ffc6-95dc-9fd853eb532f	GET	/events/6aab4e6e1565995008561b21a19e4d66	200	3.8
39	2024-01-01 00:00:39+00	53fe801b-fe9b-8cb7-c8f2-5e695645d104	GET	/events/0d3114645f25f02838159d1f059448ec	200	3.9
40	2024-01-01 00:00:40+00	7be14415-760a-2a07-c3b2-561c3613baa0	GET	/events/7118838460dcdb5ccdb841ce979ba32c	200	4
41	2024-01-01 00:00:41+00	8036d233-e4a4-6ea1-1a54-94b0ef2a280c	GET	/events/ea9a86063b4b7a86f117016013122978	200	4.1
42	2024-01-01 00:00:42+00	e1a1b9a5-e9b5-6ad9-e8d7-e9c0fe616679	GET	/events/3b19391c228eee822d54f1081541005b	200	4.2
43	2024-01-01 00:00:43+00	123e70d7-0e5b-a69d-3040-a9554d9abbaa	GET	/events/cdd4c54e12f787aa324f8d473b52e006	200	4.3
44	2024-01-01 00:00:44+00	9f193ffd-2833-6958-3c90-6a59c2a520fd	GET	/events/13e168f33b2ec739db0bf0f5eb06a0d2	200	4.4
45	2024-01-01 00:00:45+00	3e5b9645-d94a-4dc2-75dc-625d44cc8772	GET	/events/7ec0ffb0470a8e1bde03b7195d4cf8ae	200	4.5
46	2024-01-01 00:00:46+00	6e77068e-f683-8086-a15a-4f86aba4c4df	GET	/events/4d7a2b8c35f5ac30b84053a117bd1c49	200	4.6
47	2024-01-01 00:00:47+00	28624d56-2e17-5bd3-d324-bbcdd24ce8f4	GET	/events/1caadf2933344ff78805c59d2bb39f8c	200	4.7
48	2024-01-01 00:00:48+00	dfc17ab2-9308-9e57-a380-91d34cfb01ea	GET	/events/8aaf564ab89e9ab4145cd48ee24e3265	200	4.8
49	2024-01-01 00:00:49+00	58064a76-db5b-c629-73df-9ee562197665	GET	/events/2614ab554620bacb18bd11611a1b4d1f	200	4.9
50	2024-01-01 00:00:50+00	05b08f78-074a-c6a5-2a66-8850d8d525ed	GET	/events/135f5c0f01f61fd16a444da999c948cd	200	5
51	2024-01-01 00:00:51+00	09d37b2b-35c6-e9ac-ccfa-41238219d38e	GET	/events/ce7c7fd6322b2aef64908dfc164c3522	200	5.1
52	2024-01-01 00:00:52+00	0e1a7170-dd26-9e75-832d-6bdc94bd5828	GET	/events/020a651e0d89d95bb333db80a7772267	200	5.2
53	2024-01-01 00:00:53+00	463fa789-e832-a798-cf5f-f06330f8c1c1	GET	/events/f5d2c00d40914bff4f82f29f9ef768bc	200	5.3
54	2024-01-01 00:00:54+00	f7e68159-53ed-2b09-82fa-841809d72757	GET	/events/01081fd833371a4c754577a71ea0bc5e	200	5.4
55	2024-01-01 00:00:55+00	6d06e46a-7be6-9a35-b7b6-ef6406531bb2	GET	/events/2c0d9db3898dbd309c4f88193c4c95e1	200	5.5
56	2024-01-01 00:00:56+00	888d2139-5136-17d3-cfca-c06ac53a7364	GET	/events/9158ba2966bc757066f2fda0a1458323	200	5.6
57	2024-01-01 00:00:57+00	9c01af0e-0f02-5fb5-c2cb-8028ea90dc0a	GET	/events/ec371748dc2da624b35a4f8f685dd122	200	5.7
58	2024-01-01 00:00:58+00	69e90ceb-cda3-6395-5303-f59cd9f2792e	GET	/events/a27e04424f7713ab7c20675eb0190b05	200	5.8
59	2024-01-01 00:00:59+00	fea4e75a-ce67-5062-ac1a-52a7adba9da7	GET	/events/b74cc0675137629df6c3a3f06c542a59	200	5.9
60	2024-01-01 00:01:00+00	b758d8be-657c-4494-d92e-15e0a796d1cc	GET	/events/c3303406596be0192a45183ce29be7dd	200	6
61	2024-01-01 00:01:01+00	f44b872c-8c6f-8141-8b95-e1da46910494	GET	/events/3b090b21a7a618176dd08007f5d7789a	200	6.1
62	2024-01-01 00:01:02+00	888f47d3-61c2-c52a-c371-d37df09794eb	GET	/events/d19fe7a5d40c4220d9378d988fd5c7a9	200	6.2
63	2024-01-01 00:01:03+00	b3d7dbce-8c87-a587-567e-966911e1abdd	GET	/events/813050813ee935ac52515684662bb3ce	200	6.3
64	2024-01-01 00:01:04+00	6bf5372e-ea64-877b-243c-2ffbcfae3102	GET	/events/41719beabfcaf9566757a5e12d68d0f9	200	6.4
65	2024-01-01 00:01:05+00	1f3301c9-5c7b-3b32-d215-298a5a29e993	GET	/events/a42126e0790ebf12d236d190adbda41c	200	6.5
66	2024-01-01 00:01:06+00	e4869b5a-0c3d-0bf1-ef98-dd47e6588d7f	GET	/events/afb0d377a241e89ce6b2950812c33cdc	200	6.6
67	2024-01-01 00:01:07+00	43768d7f-7509-c581-2415-204b5b0a1275	GET	/events/46d65b96638cf341224355467179f8e4	200	6.7
68	2024-01-01 00:01:08+00	4c494381-76f0-cac6-1b0a-51122bd65ee6	GET	/events/2585ecdb9a753ca54a96fae62bfda433	200	6.8
69	2024-01-01 00:01:09+00	5324f5b9-4811-a0d4-5b28-466657e1462e	GET	/events/272dd2a9fd4f1246df96dff132c91d27	200	6.9
70	2024-01-01 00:01:10+00	d64b9606-350c-1388-e98f-035aaa985309	GET	/events/1b7fa68c6cb089c1a27e9ebe67ce25c9	200	7
71	2024-01-01 00:01:11+00	666de1af-eb0d-a2d4-c7c3-4f14387c16ad	GET	/events/f2e40901af90df701580b8fb0b2744a6	200	7.1
72	2024-01-01 00:01:12+00	7f02dd5d-045f-04fd-cfb6-6c75043797fc	GET	/events/e36abc1d8bdb470838ddef44d8c26a29	200	7.2
73	2024-01-01 00:01:13+00	c6dc0804-3ec2-ca63-8dd5-74ef1328471f	GET	/events/c48165d320b824ab30ede52fa73b5cd9	200	7.3
74	2024-01-01 00:01:14+00	eb54b446-4a6c-7f73-452b-a4c425d120b1	GET	/events/1d9cc605e6438154ebc12b5eea47529f	200	7.4
75	2024-01-01 00:01:15+00	ecdc7247-7a00-2597-7d81-45b745c43734	GET	/events/5335a46d1c45bacccdcc64d47ea14fe1	200	7.5
76	2024-01-01 00:01:16+00	a278647d-88a4-d230-955c-74ad045d3f7c	GET	/events/0a41113b729214a56eea309b62e8f732	200	7.6
77	2024-01-01 00:01:17+00	d9687308-f2ee-1c06-636f-2b6e396ad8ec	GET	/events/dd841d5f0ac4ec27f9d7d2eabd176c30	200	7.7
78	2024-01-01 00:01:18+00	ea2e0148-c9cc-2990-acb0-d3f58679c7a1	GET	/events/9c452d7764aacb6a96ed0510bcf7471f	200	7.8
79	2024-01-01 00:01:19+00	231c3c38-9f7c-e11f-f8fd-6f91ee0e3978	GET	/events/8ceb0a4767c5efc2f3abad27a9c13621	200	7.9
80	2024-01-01 00:01:20+00	82817c22-fdc1-3437-ad2e-afaba3311b9d	GET	/events/dd76bc63cea1a7d1affc549d95932e22	200	8
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
084ed102-40e3-8b71-a34e-1d6a4a956edb	Join For	nick6	https://img.example.org/u/6.png	user.6@mail6.example.org	+1 859 555 0006	$2b$12$a25359ea6e40de0d523cd27b4e47a635	10.6.6.7	{"theme": "dark", "reply_to": "reply+6@mail.example.org"}	2024-01-01 00:06:00+00	2024-01-01 00:12:00+00
a926f50c-70bc-024f-df9f-9eb1bcfe779f	The Market	nick7	https://img.example.org/u/7.png	user.7@mail7.example.org	+1 859 555 0007	$2b$12$fa73ef60e7e1adb5c227eedc9bec3244	10.7.7.7	{"theme": "dark", "reply_to": "reply+7@mail.example.org"}	2024-01-01 00:07:00+00	2024-01-01 00:14:00+00
1568297f-e9b5-fbb0-3f9a-ffcf1dfd1149	A Jazz	nick8	https://img.example.org/u/8.png	user.8@mail8.example.org	+1 859 555 0008	$2b$12$3182f4288ec5053e679ca2025bfb56eb	10.8.8.7	{"theme": "dark", "reply_to": "reply+8@mail.example.org"}	2024-01-01 00:08:00+00	2024-01-01 00:16:00+00
89865531-4471-99eb-54d5-1c0065012f63	Local Painting	nick9	https://img.example.org/u/9.png	user.9@mail9.example.org	+1 859 555 0009	$2b$12$159df4fecfdaf332c4293dfcac7063b7	10.9.9.7	{"theme": "dark", "reply_to": "reply+9@mail.example.org"}	2024-01-01 00:09:00+00	2024-01-01 00:18:00+00
2a89dde9-2001-c4e2-bcf1-5282ad3906eb	Painting Free	nick10	https://img.example.org/u/10.png	user.10@mail10.example.org	+1 859 555 0010	$2b$12$436f267dfa2dce83e192c2132530dd70	10.10.10.7	{"theme": "dark", "reply_to": "reply+10@mail.example.org"}	2024-01-01 00:10:00+00	2024-01-01 00:20:00+00
9f0af848-12d3-65eb-4544-23990c94902e	Local The	nick11	https://img.example.org/u/11.png	user.11@mail11.example.org	+1 859 555 0011	$2b$12$8b7f89be0bd7050edfde2b53fd6d5653	10.11.11.7	{"theme": "dark", "reply_to": "reply+11@mail.example.org"}	2024-01-01 00:11:00+00	2024-01-01 00:22:00+00
f76ba1d4-1232-1ee7-a90c-74834e4e2f96	Family A	nick12	https://img.example.org/u/12.png	user.12@mail12.example.org	+1 859 555 0012	$2b$12$75536a4fcef42df4aaa464950ef957d2	10.12.12.7	{"theme": "dark", "reply_to": "reply+12@mail.example.org"}	2024-01-01 00:12:00+00	2024-01-01 00:24:00+00
95d4c8a4-87a1-7151-07bd-a8e9d7eb8932	Free Opening	nick13	https://img.example.org/u/13.png	user.13@mail13.example.org	+1 859 555 0013	$2b$12$4364ed99cddb7c4e269145986d6de815	10.13.13.7	{"theme": "dark", "reply_to": "reply+13@mail.example.org"}	2024-01-01 00:13:00+00	2024-01-01 00:26:00+00
fe653087-4fd2-45c2-8f17-2d1985c85c67	On Opening	nick14	https://img.example.org/u/14.png	user.14@mail14.example.org	+1 859 555 0014	$2b$12$5d0aa2671c12eca82dbfaa48d8bfe609	10.14.14.7	{"theme": "dark", "reply_to": "reply+14@mail.example.org"}	2024-01-01 00:14:00+00	2024-01-01 00:28:00+00
2af3db55-1ae0-dec7-2d67-60277c5435c3	Downtown Reading	nick15	https://img.example.org/u/15.png	user.15@mail15.example.org	+1 859 555 0015	$2b$12$9a69a7c09034c8941a4241f272f8eb98	10.15.15.7	{"theme": "dark", "reply_to": "reply+15@mail.example.org"}	2024-01-01 00:15:00+00	2024-01-01 00:30:00+00
31fc86f0-4874-80b2-48ba-ef207b8059fb	Show Market	nick16	https://img.example.org/u/16.png	user.16@mail16.example.org	+1 859 555 0016	$2b$12$433d76c104b8044f9154a60f4fa9da2b	10.16.16.7	{"theme": "dark", "reply_to": "reply+16@mail.example.org"}	2024-01-01 00:16:00+00	2024-01-01 00:32:00+00
b40981c6-f59a-65a3-aaf5-428fd1aefc26	Bluegrass Street	nick17	https://img.example.org/u/17.png	user.17@mail17.example.org	+1 859 555 0017	$2b$12$14eeddbc63a8346fe8ab70bfec492ff0	10.17.17.7	{"theme": "dark", "reply_to": "reply+17@mail.example.org"}	2024-01-01 00:17:00+00	2024-01-01 00:34:00+00
1c297f83-78a9-66ab-4a51-a28b081c9148	Theatre Please	nick18	https://img.example.org/u/18.png	user.18@mail18.example.org	+1 859 555 0018	$2b$12$d500f2e02a3321f8ac80d62937da1355	10.18.18.7	{"theme": "dark", "reply_to": "reply+18@mail.example.org"}	2024-01-01 00:18:00+00	2024-01-01 00:36:00+00
e924231e-c367-2ab6-22a0-b4d4c1048a22	Evening Doors	nick19	https://img.example.org/u/19.png	user.19@mail19.example.org	+1 859 555 0019	$2b$12$addef596128251330cb322da77cfc676	10.19.19.7	{"theme": "dark", "reply_to": "reply+19@mail.example.org"}	2024-01-01 00:19:00+00	2024-01-01 00:38:00+00
e08a6db5-dffe-5c54-de5e-396bbf70eea7	Market Open	nick20	https://img.example.org/u/20.png	user.20@mail20.example.org	+1 859 555 0020	$2b$12$70cf5a6ec0776b4f700be1c5f83a7b3b	10.20.20.7	{"theme": "dark", "reply_to": "reply+20@mail.example.org"}	2024-01-01 00:20:00+00	2024-01-01 00:40:00+00
75e987b9-8159-79f7-d8e4-9a1a3275c104	Info Doors	nick21	https://img.example.org/u/21.png	user.21@mail21.example.org	+1 859 555 0021	$2b$12$067490e2d67398cb6a014115b08f8f3c	10.21.21.7	{"theme": "dark", "reply_to": "reply+21@mail.example.org"}	2024-01-01 00:21:00+00	2024-01-01 00:42:00+00
896eeda7-9ba2-d913-6bb6-13e4cc6cfe85	Available Open	nick22	https://img.example.org/u/22.png	user.22@mail22.example.org	+1 859 555 0022	$2b$12$e7e0f1f70b667d5af30f711f9d1ebc4b	10.22.22.7	{"theme": "dark", "reply_to": "reply+22@mail.example.org"}	2024-01-01 00:22:00+00	2024-01-01 00:44:00+00
c143a128-ad21-0c15-95d8-aae860e97318	Contact Gallery	nick23	https://img.example.org/u/23.png	user.23@mail23.example.org	+1 859 555 0023	$2b$12$3f77c31a927f46ae8b6b36f5356af288	10.23.23.7	{"theme": "dark", "reply_to": "reply+23@mail.example.org"}	2024-01-01 00:23:00+00	2024-01-01 00:46:00+00
24d6efef-a3ea-34e5-66e0-e221b0905ac6	Open Open	nick24	https://img.example.org/u/24.png	user.24@mail24.example.org	+1 859 555 0024	$2b$12$f1989646013b7a98cb7464d18a9ad36f	10.24.24.7	{"theme": "dark", "reply_to": "reply+24@mail.example.org"}	2024-01-01 00:24:00+00	2024-01-01 00:48:00+00
d204eecc-2efd-5905-e654-93de3657ac12	Open Film	nick25	https://img.example.org/u/25.png	user.25@mail25.example.org	+1 859 555 0025	$2b$12$25527c7e9d8d3bcff12d2e7a043ef5b1	10.25.25.7	{"theme": "dark", "reply_to": "reply+25@mail.example.org"}	2024-01-01 00:25:00+00	2024-01-01 00:50:00+00
235a7b9c-d4da-a792-117a-08f75b1031f2	Reception Opening	nick26	https://img.example.org/u/26.png	user.26@mail26.example.org	+1 859 555 0026	$2b$12$3ecd2993a83efd8fb600f18dc03a6033	10.26.26.7	{"theme": "dark", "reply_to": "reply+26@mail.example.org"}	2024-01-01 00:26:00+00	2024-01-01 00:52:00+00
f7b91e06-fd61-6c38-f407-d87938e636a7	Bluegrass Contact	nick27	https://img.example.org/u/27.png	user.27@mail27.example.org	+1 859 555 0027	$2b$12$e3f88e98f262ffb863953cae347cb131	10.27.27.7	{"theme": "dark", "reply_to": "reply+27@mail.example.org"}	2024-01-01 00:27:00+00	2024-01-01 00:54:00+00
6d404803-bfbf-9c1e-e8cf-3e65b06c636d	Please Available	nick28	https://img.example.org/u/28.png	user.28@mail28.example.org	+1 859 555 0028	$2b$12$e0d7af606ef45333b5dff986962139ff	10.28.28.7	{"theme": "dark", "reply_to": "reply+28@mail.example.org"}	2024-01-01 00:28:00+00	2024-01-01 00:56:00+00
8fac914e-60e7-c45b-142b-852fbf7d0d6e	With Gallery	nick29	https://img.example.org/u/29.png	user.29@mail29.example.org	+1 859 555 0029	$2b$12$6885a49dfb7996da6be17193eebd89fb	10.29.29.7	{"theme": "dark", "reply_to": "reply+29@mail.example.org"}	2024-01-01 00:29:00+00	2024-01-01 00:58:00+00
46e46cc5-53f5-147f-662e-daff510235d8	And Us	nick30	https://img.example.org/u/30.png	user.30@mail30.example.org	+1 859 555 0030	$2b$12$93e53156f5e5b613086ada7dc6ef9920	10.30.30.7	{"theme": "dark", "reply_to": "reply+30@mail.example.org"}	2024-01-01 00:30:00+00	2024-01-01 01:00:00+00
1824ce07-77f0-e965-294f-8e4f96599cbe	Night Us	nick31	https://img.example.org/u/31.png	user.31@mail31.example.org	+1 859 555 0031	$2b$12$53d72bf291a577457277e82c64fc249a	10.31.31.7	{"theme": "dark", "reply_to": "reply+31@mail.example.org"}	2024-01-01 00:31:00+00	2024-01-01 01:02:00+00
1ceb0ac4-43db-3fbb-6036-5eb221f6971b	For Doors	nick32	https://img.example.org/u/32.png	user.32@mail32.example.org	+1 859 555 0032	$2b$12$010d4c50b030a4e0f78396ce77b8f006	10.32.32.7	{"theme": "dark", "reply_to": "reply+32@mail.example.org"}	2024-01-01 00:32:00+00	2024-01-01 01:04:00+00
ff8e26d2-c179-a111-2111-64a639c01b01	Poetry Friendly	nick33	https://img.example.org/u/33.png	user.33@mail33.example.org	+1 859 555 0033	$2b$12$1bf48bcb38ec14cddbb19ecbbac73f38	10.33.33.7	{"theme": "dark", "reply_to": "reply+33@mail.example.org"}	2024-01-01 00:33:00+00	2024-01-01 01:06:00+00
2308bfea-d5cc-d077-f843-66a3f1a9a914	Info Free	nick34	https://img.example.org/u/34.png	user.34@mail34.example.org	+1 859 555 0034	$2b$12$31451b80e2e048afc3e0cfbb2cf148d4	10.34.34.7	{"theme": "dark", "reply_to": "reply+34@mail.example.org"}	2024-01-01 00:34:00+00	2024-01-01 01:08:00+00
371d23a1-7cbf-d25d-026a-bf3a9a477d22	Street Screening	nick35	https://img.example.org/u/35.png	user.35@mail35.example.org	+1 859 555 0035	$2b$12$eade58f7f3e8a1e2840e72c430be4f7b	10.35.35.7	{"theme": "dark", "reply_to": "reply+35@mail.example.org"}	2024-01-01 00:35:00+00	2024-01-01 01:10:00+00
d4399521-0205-b752-4c9d-16e7eea5b8eb	Poetry Doors	nick36	https://img.example.org/u/36.png	user.36@mail36.example.org	+1 859 555 0036	$2b$12$246fd411243d527fba6f32aac88313f5	10.36.36.7	{"theme": "dark", "reply_to": "reply+36@mail.example.org"}	2024-01-01 00:36:00+00	2024-01-01 01:12:00+00
1c53b1d9-fdba-41d2-1de0-4b0cafeec70b	Screening Friendly	nick37	https://img.example.org/u/37.png	user.37@mail37.example.org	+1 859 555 0037	$2b$12$ec0e9deff1c56d76619607ce3dd53648	10.37.37.7	{"theme": "dark", "reply_to": "reply+37@mail.example.org"}	2024-01-01 00:37:00+00	2024-01-01 01:14:00+00
c1fdf795-e99c-3036-fbbb-7f133d2d6573	Info Of	nick38	https://img.example.org/u/38.png	user.38@mail38.example.org	+1 859 555 0038	$2b$12$ea896238f9de16f7d237d043ef101741	10.38.38.7	{"theme": "dark", "reply_to": "reply+38@mail.example.org"}	2024-01-01 00:38:00+00	2024-01-01 01:16:00+00
ff993676-2e31-ffc6-95dc-9fd853eb532f	Of Gallery	nick39	https://img.example.org/u/39.png	user.39@mail39.example.org	+1 859 555 0039	$2b$12$770b90e13d75ef2deaf7a21d10aaa539	10.39.39.7	{"theme": "dark", "reply_to": "reply+39@mail.example.org"}	2024-01-01 00:39:00+00	2024-01-01 01:18:00+00
53fe801b-fe9b-8cb7-c8f2-5e695645d104	With With	nick40	https://img.example.org/u/40.png	user.40@mail40.example.org	+1 859 555 0040	$2b$12$0a45e1c0d168103007c2cd78e0826852	10.40.40.7	{"theme": "dark", "reply_to": "reply+40@mail.example.org"}	2024-01-01 00:40:00+00	2024-01-01 01:20:00+00
7be14415-760a-2a07-c3b2-561c3613baa0	Evening Reading	nick41	https://img.example.org/u/41.png	user.41@mail41.example.org	+1 859 555 0041	$2b$12$a39cda0fd4707afd3f3bafffdef3adaa	10.41.41.7	{"theme": "dark", "reply_to": "reply+41@mail.example.org"}	2024-01-01 00:41:00+00	2024-01-01 01:22:00+00
8036d233-e4a4-6ea1-1a54-94b0ef2a280c	The Poetry	nick42	https://img.example.org/u/42.png	user.42@mail42.example.org	+1 859 555 0042	$2b$12$02c3af876c1fab9da4d551028cde989c	10.42.42.7	{"theme": "dark", "reply_to": "reply+42@mail.example.org"}	2024-01-01 00:42:00+00	2024-01-01 01:24:00+00
e1a1b9a5-e9b5-6ad9-e8d7-e9c0fe616679	Tickets Reading	nick43	https://img.example.org/u/43.png	user.43@mail43.example.org	+1 859 555 0043	$2b$12$cb8fb7d92b71b2b7988321304c06f76f	10.43.43.7	{"theme": "dark", "reply_to": "reply+43@mail.example.org"}	2024-01-01 00:43:00+00	2024-01-01 01:26:00+00
123e70d7-0e5b-a69d-3040-a9554d9abbaa	Online Us	nick44	https://img.example.org/u/44.png	user.44@mail44.example.org	+1 859 555 0044	$2b$12$a978b8186e94a38f5d8139c445bb6d18	10.44.44.7	{"theme": "dark", "reply_to": "reply+44@mail.example.org"}	2024-01-01 00:44:00+00	2024-01-01 01:28:00+00
9f193ffd-2833-6958-3c90-6a59c2a520fd	Family Opening	nick45	https://img.example.org/u/45.png	user.45@mail45.example.org	+1 859 555 0045	$2b$12$8ca0365413c0dec15f2a691e512a98e9	10.45.45.7	{"theme": "dark", "reply_to": "reply+45@mail.example.org"}	2024-01-01 00:45:00+00	2024-01-01 01:30:00+00
3e5b9645-d94a-4dc2-75dc-625d44cc8772	For Festival	nick46	https://img.example.org/u/46.png	user.46@mail46.example.org	+1 859 555 0046	$2b$12$536c4d811a93f7b74bce9e8fc51a6ec3	10.46.46.7	{"theme": "dark", "reply_to": "reply+46@mail.example.org"}	2024-01-01 00:46:00+00	2024-01-01 01:32:00+00
6e77068e-f683-8086-a15a-4f86aba4c4df	Workshop Music	nick47	https://img.example.org/u/47.png	user.47@mail47.example.org	+1 859 555 0047	$2b$12$7fc981feea5fb92b828e7cde682fe8f8	10.47.47.7	{"theme": "dark", "reply_to": "reply+47@mail.example.org"}	2024-01-01 00:47:00+00	2024-01-01 01:34:00+00
28624d56-2e17-5bd3-d324-bbcdd24ce8f4	Please Contact	nick48	https://img.example.org/u/48.png	user.48@mail48.example.org	+1 859 555 0048	$2b$12$50536160a0defc32ec55e3a0abfcdd7c	10.48.48.7	{"theme": "dark", "reply_to": "reply+48@mail.example.org"}	2024-01-01 00:48:00+00	2024-01-01 01:36:00+00
dfc17ab2-9308-9e57-a380-91d34cfb01ea	A At	nick49	https://img.example.org/u/49.png	user.49@mail49.example.org	+1 859 555 0049	$2b$12$062088cf0053028956e21e086d72ba4e	10.49.49.7	{"theme": "dark", "reply_to": "reply+49@mail.example.org"}	2024-01-01 00:49:00+00	2024-01-01 01:38:00+00
58064a76-db5b-c629-73df-9ee562197665	Details Reception	nick50	https://img.example.org/u/50.png	user.50@mail50.example.org	+1 859 555 0050	$2b$12$04408195f97b5b49f19b839549a3c2c1	10.50.50.7	{"theme": "dark", "reply_to": "reply+50@mail.example.org"}	2024-01-01 00:50:00+00	2024-01-01 01:40:00+00
05b08f78-074a-c6a5-2a66-8850d8d525ed	Evening Jazz	nick51	https://img.example.org/u/51.png	user.51@mail51.example.org	+1 859 555 0051	$2b$12$c3dd4f671a2e5e5fa333c42042d0736e	10.51.51.7	{"theme": "dark", "reply_to": "reply+51@mail.example.org"}	2024-01-01 00:51:00+00	2024-01-01 01:42:00+00
09d37b2b-35c6-e9ac-ccfa-41238219d38e	Show Poetry	nick52	https://img.example.org/u/52.png	user.52@mail52.example.org	+1 859 555 0052	$2b$12$2a012b808bda1b1b1ac6aecd0868eae3	10.52.52.7	{"theme": "dark", "reply_to": "reply+52@mail.example.org"}	2024-01-01 00:52:00+00	2024-01-01 01:44:00+00
0e1a7170-dd26-9e75-832d-6bdc94bd5828	Please Friendly	nick53	https://img.example.org/u/53.png	user.53@mail53.example.org	+1 859 555 0053	$2b$12$bec71ff7d3e28744742cd7790165fb2d	10.53.53.7	{"theme": "dark", "reply_to": "reply+53@mail.example.org"}	2024-01-01 00:53:00+00	2024-01-01 01:46:00+00
463fa789-e832-a798-cf5f-f06330f8c1c1	For Contact	nick54	https://img.example.org/u/54.png	user.54@mail54.example.org	+1 859 555 0054	$2b$12$7e6173ad4322f4fdafd426218e403c56	10.54.54.7	{"theme": "dark", "reply_to": "reply+54@mail.example.org"}	2024-01-01 00:54:00+00	2024-01-01 01:48:00+00
f7e68159-53ed-2b09-82fa-841809d72757	Free The	nick55	https://img.example.org/u/55.png	user.55@mail55.example.org	+1 859 555 0055	$2b$12$9ce6cea713af5ab60d486de4aff5122c	10.55.55.7	{"theme": "dark", "reply_to": "reply+55@mail.example.org"}	2024-01-01 00:55:00+00	2024-01-01 01:50:00+00
6d06e46a-7be6-9a35-b7b6-ef6406531bb2	Contact Doors	nick56	https://img.example.org/u/56.png	user.56@mail56.example.org	+1 859 555 0056	$2b$12$c19ebf1211c5b42be5564c37c3e91372	10.56.56.7	{"theme": "dark", "reply_to": "reply+56@mail.example.org"}	2024-01-01 00:56:00+00	2024-01-01 01:52:00+00
888d2139-5136-17d3-cfca-c06ac53a7364	Reception Join	nick57	https://img.example.org/u/57.png	user.57@mail57.example.org	+1 859 555 0057	$2b$12$de90faff566491d7ede1e02ef6751b8c	10.57.57.7	{"theme": "dark", "reply_to": "reply+57@mail.example.org"}	2024-01-01 00:57:00+00	2024-01-01 01:54:00+00
9c01af0e-0f02-5fb5-c2cb-8028ea90dc0a	Painting Local	nick58	https://img.example.org/u/58.png	user.58@mail58.example.org	+1 859 555 0058	$2b$12$a9005f94c82ab425e76bae62b4ba6fc3	10.58.58.7	{"theme": "dark", "reply_to": "reply+58@mail.example.org"}	2024-01-01 00:58:00+00	2024-01-01 01:56:00+00
69e90ceb-cda3-6395-5303-f59cd9f2792e	At Community	nick59	https://img.example.org/u/59.png	user.59@mail59.example.org	+1 859 555 0059	$2b$12$e6cdfc8be2ad1a2590ae4f06ddba7064	10.59.59.7	{"theme": "dark", "reply_to": "reply+59@mail.example.org"}	2024-01-01 00:59:00+00	2024-01-01 01:58:00+00
fea4e75a-ce67-5062-ac1a-52a7adba9da7	Community Opening	nick60	https://img.example.org/u/60.png	user.60@mail60.example.org	+1 859 555 0060	$2b$12$38adef2f12a8c89e8053d24fe4f9e682	10.60.60.7	{"theme": "dark", "reply_to": "reply+60@mail.example.org"}	2024-01-01 01:00:00+00	2024-01-01 02:00:00+00
b758d8be-657c-4494-d92e-15e0a796d1cc	Contact Tickets	nick61	https://img.example.org/u/61.png	user.61@mail61.example.org	+1 859 555 0061	$2b$12$cd2800579caa44cb79dd8b3375ce79d6	10.61.61.7	{"theme": "dark", "reply_to": "reply+61@mail.example.org"}	2024-01-01 01:01:00+00	2024-01-01 02:02:00+00
f44b872c-8c6f-8141-8b95-e1da46910494	Community Live	nick62	https://img.example.org/u/62.png	user.62@mail62.example.org	+1 859 555 0062	$2b$12$f2948055f9416118e084aabb3bfd9db5	10.62.62.7	{"theme": "dark", "reply_to": "reply+62@mail.example.org"}	2024-01-01 01:02:00+00	2024-01-01 02:04:00+00
888f47d3-61c2-c52a-c371-d37df09794eb	On A	nick63	https://img.example.org/u/63.png	user.63@mail63.example.org	+1 859 555 0063	$2b$12$13554232da6999a1f2fdec43edb52521	10.63.63.7	{"theme": "dark", "reply_to": "reply+63@mail.example.org"}	2024-01-01 01:03:00+00	2024-01-01 02:06:00+00
b3d7dbce-8c87-a587-567e-966911e1abdd	Opening Family	nick64	https://img.example.org/u/64.png	user.64@mail64.example.org	+1 859 555 0064	$2b$12$9ec6609a40a16e877aead452f80213b3	10.64.64.7	{"theme": "dark", "reply_to": "reply+64@mail.example.org"}	2024-01-01 01:04:00+00	2024-01-01 02:08:00+00
6bf5372e-ea64-877b-243c-2ffbcfae3102	Info With	nick65	https://img.example.org/u/65.png	user.65@mail65.example.org	+1 859 555 0065	$2b$12$e16cf6b3429bcdbb4a9c5c81c318799f	10.65.65.7	{"theme": "dark", "reply_to": "reply+65@mail.example.org"}	2024-01-01 01:05:00+00	2024-01-01 02:10:00+00
1f3301c9-5c7b-3b32-d215-298a5a29e993	Organizer With	nick66	https://img.example.org/u/66.png	user.66@mail66.example.org	+1 859 555 0066	$2b$12$0581628535acdad97ede9f2661cadfd8	10.66.66.7	{"theme": "dark", "reply_to": "reply+66@mail.example.org"}	2024-01-01 01:06:00+00	2024-01-01 02:12:00+00
e4869b5a-0c3d-0bf1-ef98-dd47e6588d7f	Friendly Jazz	nick67	https://img.example.org/u/67.png	user.67@mail67.example.org	+1 859 555 0067	$2b$12$6a2eb061a8bb789ef0541b5203f2288e	10.67.67.7	{"theme": "dark", "reply_to": "reply+67@mail.example.org"}	2024-01-01 01:07:00+00	2024-01-01 02:14:00+00
43768d7f-7509-c581-2415-204b5b0a1275	Organizer Makers	nick68	https://img.example.org/u/68.png	user.68@mail68.example.org	+1 859 555 0068	$2b$12$8973fb26d62ad7be6f419f09ae50790c	10.68.68.7	{"theme": "dark", "reply_to": "reply+68@mail.example.org"}	2024-01-01 01:08:00+00	2024-01-01 02:16:00+00
4c494381-76f0-cac6-1b0a-51122bd65ee6	Join Live	nick69	https://img.example.org/u/69.png	user.69@mail69.example.org	+1 859 555 0069	$2b$12$ab8200123117c97f5e65c80423e8f129	10.69.69.7	{"theme": "dark", "reply_to": "reply+69@mail.example.org"}	2024-01-01 01:09:00+00	2024-01-01 02:18:00+00
5324f5b9-4811-a0d4-5b28-466657e1462e	With Night	nick70	https://img.example.org/u/70.png	user.70@mail70.example.org	+1 859 555 0070	$2b$12$53147168d3ba2523eaf984b725074a3c	10.70.70.7	{"theme": "dark", "reply_to": "reply+70@mail.example.org"}	2024-01-01 01:10:00+00	2024-01-01 02:20:00+00
d64b9606-350c-1388-e98f-035aaa985309	Contact With	nick71	https://img.example.org/u/71.png	user.71@mail71.example.org	+1 859 555 0071	$2b$12$4158a8ce515c3a76987abf1ce9467a2b	10.71.71.7	{"theme": "dark", "reply_to": "reply+71@mail.example.org"}	2024-01-01 01:11:00+00	2024-01-01 02:22:00+00
666de1af-eb0d-a2d4-c7c3-4f14387c16ad	Workshop Free	nick72	https://img.example.org/u/72.png	user.72@mail72.example.org	+1 859 555 0072	$2b$12$293fb63ef6d8ee92794cab9b540c425f	10.72.72.7	{"theme": "dark", "reply_to": "reply+72@mail.example.org"}	2024-01-01 01:12:00+00	2024-01-01 02:24:00+00
7f02dd5d-045f-04fd-cfb6-6c75043797fc	Painting Of	nick73	https://img.example.org/u/73.png	user.73@mail73.example.org	+1 859 555 0073	$2b$12$43bc00098d07dbb093c8af847f954c6c	10.73.73.7	{"theme": "dark", "reply_to": "reply+73@mail.example.org"}	2024-01-01 01:13:00+00	2024-01-01 02:26:00+00
c6dc0804-3ec2-ca63-8dd5-74ef1328471f	Local For	nick74	https://img.example.org/u/74.png	user.74@mail74.example.org	+1 859 555 0074	$2b$12$474eaf0fe74a188c7a52e3576efd7610	10.74.74.7	{"theme": "dark", "reply_to": "reply+74@mail.example.org"}	2024-01-01 01:14:00+00	2024-01-01 02:28:00+00
eb54b446-4a6c-7f73-452b-a4c425d120b1	Makers Online	nick75	https://img.example.org/u/75.png	user.75@mail75.example.org	+1 859 555 0075	$2b$12$e287c9432be5efcb7aa0283375bda5b9	10.75.75.7	{"theme": "dark", "reply_to": "reply+75@mail.example.org"}	2024-01-01 01:15:00+00	2024-01-01 02:30:00+00
ecdc7247-7a00-2597-7d81-45b745c43734	Jazz Available	nick76	https://img.example.org/u/76.png	user.76@mail76.example.org	+1 859 555 0076	$2b$12$417d6c8a7aa0a7ee16266f1b713fcb52	10.76.76.7	{"theme": "dark", "reply_to": "reply+76@mail.example.org"}	2024-01-01 01:16:00+00	2024-01-01 02:32:00+00
a278647d-88a4-d230-955c-74ad045d3f7c	Doors Painting	nick77	https://img.example.org/u/77.png	user.77@mail77.example.org	+1 859 555 0077	$2b$12$68e8a10bc6cf87ac3ee342e609dda8e0	10.77.77.7	{"theme": "dark", "reply_to": "reply+77@mail.example.org"}	2024-01-01 01:17:00+00	2024-01-01 02:34:00+00
d9687308-f2ee-1c06-636f-2b6e396ad8ec	Family Night	nick78	https://img.example.org/u/78.png	user.78@mail78.example.org	+1 859 555 0078	$2b$12$9b3ee73a4cb232b47624a013b670e7d4	10.78.78.7	{"theme": "dark", "reply_to": "reply+78@mail.example.org"}	2024-01-01 01:18:00+00	2024-01-01 02:36:00+00
ea2e0148-c9cc-2990-acb0-d3f58679c7a1	Contact Music	nick79	https://img.example.org/u/79.png	user.79@mail79.example.org	+1 859 555 0079	$2b$12$d156228f50ca6395f1c3648ec7b1da29	10.79.79.7	{"theme": "dark", "reply_to": "reply+79@mail.example.org"}	2024-01-01 01:19:00+00	2024-01-01 02:38:00+00
231c3c38-9f7c-e11f-f8fd-6f91ee0e3978	Info Contact	nick80	https://img.example.org/u/80.png	user.80@mail80.example.org	+1 859 555 0080	$2b$12$82030af286e0f127e4e1af660ddb84b0	10.80.80.7	{"theme": "dark", "reply_to": "reply+80@mail.example.org"}	2024-01-01 01:20:00+00	2024-01-01 02:40:00+00
82817c22-fdc1-3437-ad2e-afaba3311b9d	Info Community	nick81	https://img.example.org/u/81.png	user.81@mail81.example.org	+1 859 555 0081	$2b$12$837a3ccda28b40657011c5274dac014e	10.81.81.7	{"theme": "dark", "reply_to": "reply+81@mail.example.org"}	2024-01-01 01:21:00+00	2024-01-01 02:42:00+00
fb984e2d-168b-d93c-9c44-2a9e6ddfd338	Available Night	nick82	https://img.example.org/u/82.png	user.82@mail82.example.org	+1 859 555 0082	$2b$12$238ea249a96ac1472cc995ff24fb76f9	10.82.82.7	{"theme": "dark", "reply_to": "reply+82@mail.example.org"}	2024-01-01 01:22:00+00	2024-01-01 02:44:00+00
7e15ed19-d74c-4961-31b9-b7dd038df204	Screening Poetry	nick83	https://img.example.org/u/83.png	user.83@mail83.example.org	+1 859 555 0083	$2b$12$e805b93861922c323e901c13e2163f8b	10.83.83.7	{"theme": "dark", "reply_to": "reply+83@mail.example.org"}	2024-01-01 01:23:00+00	2024-01-01 02:46:00+00
f8cd2c62-f8d5-97b5-9351-e890f915f0aa	A Local	nick84	https://img.example.org/u/84.png	user.84@mail84.example.org	+1 859 555 0084	$2b$12$10874ebf1ed6df27e2b764e867d079e2	10.84.84.7	{"theme": "dark", "reply_to": "reply+84@mail.example.org"}	2024-01-01 01:24:00+00	2024-01-01 02:48:00+00
41ec1b5e-5a7c-f5f7-4b2c-41fb950cb1c3	Available Community	nick85	https://img.example.org/u/85.png	user.85@mail85.example.org	+1 859 555 0085	$2b$12$99af318317825545b6859973b4a48cf4	10.85.85.7	{"theme": "dark", "reply_to": "reply+85@mail.example.org"}	2024-01-01 01:25:00+00	2024-01-01 02:50:00+00
334d7df3-2a62-c9c4-30ca-9cb7037eb505	Reception Bluegrass	nick86	https://img.example.org/u/86.png	user.86@mail86.example.org	+1 859 555 0086	$2b$12$0621167a7c3f4f04715b0804f6a78396	10.86.86.7	{"theme": "dark", "reply_to": "reply+86@mail.example.org"}	2024-01-01 01:26:00+00	2024-01-01 02:52:00+00
8d135ecb-8d16-5236-7d6b-d2b4957c7e2d	On Painting	nick87	https://img.example.org/u/87.png	user.87@mail87.example.org	+1 859 555 0087	$2b$12$3c64fce7b285f3bcad33a926c13c1efa	10.87.87.7	{"theme": "dark", "reply_to": "reply+87@mail.example.org"}	2024-01-01 01:27:00+00	2024-01-01 02:54:00+00
c14162f5-fd9f-c5ed-4e85-3f42ec897071	Family Please	nick88	https://img.example.org/u/88.png	user.88@mail88.example.org	+1 859 555 0088	$2b$12$6c9f91f5deedbfd9011f9fc7c8aff9fd	10.88.88.7	{"theme": "dark", "reply_to": "reply+88@mail.example.org"}	2024-01-01 01:28:00+00	2024-01-01 02:56:00+00
771ea081-d2a7-6a61-c40a-178b67ac1adf	Makers Online	nick89	https://img.example.org/u/89.png	user.89@mail89.example.org	+1 859 555 0089	$2b$12$6774b5fa5782b7271212f082c9f47d11	10.89.89.7	{"theme": "dark", "reply_to": "reply+89@mail.example.org"}	2024-01-01 01:29:00+00	2024-01-01 02:58:00+00
17bb119d-f784-41c6-e69f-aeb3d5804a05	Reading Friendly	nick90	https://img.example.org/u/90.png	user.90@mail90.example.org	+1 859 555 0090	$2b$12$015390bd195a5182121a7e01adf5b883	10.90.90.7	{"theme": "dark", "reply_to": "reply+90@mail.example.org"}	2024-01-01 01:30:00+00	2024-01-01 03:00:00+00
3f66d2c2-a256-2b64-fa0c-8a33cb051285	At And	nick91	https://img.example.org/u/91.png	user.91@mail91.example.org	+1 859 555 0091	$2b$12$328c2ce3c32098b9ce17769d5c32984b	10.91.91.7	{"theme": "dark", "reply_to": "reply+91@mail.example.org"}	2024-01-01 01:31:00+00	2024-01-01 03:02:00+00
44455b91-fb8b-b445-d150-d09585d765da	Available Tickets	nick92	https://img.example.org/u/92.png	user.92@mail92.example.org	+1 859 555 0092	$2b$12$473139a1d9142308e344b7fb54643619	10.92.92.7	{"theme": "dark", "reply_to": "reply+92@mail.example.org"}	2024-01-01 01:32:00+00	2024-01-01 03:04:00+00
1d7a149c-7946-4ff9-d396-5aab1904c18e	Poetry Bluegrass	nick93	https://img.example.org/u/93.png	user.93@mail93.example.org	+1 859 555 0093	$2b$12$d747ab810f4c3acab6d7d3d9c258f41a	10.93.93.7	{"theme": "dark", "reply_to": "reply+93@mail.example.org"}	2024-01-01 01:33:00+00	2024-01-01 03:06:00+00
1887eb40-29f8-7317-04f0-c5806811b47a	Local Online	nick94	https://img.example.org/u/94.png	user.94@mail94.example.org	+1 859 555 0094	$2b$12$f5f4ba50c208d237636ba1e55bf31a17	10.94.94.7	{"theme": "dark", "reply_to": "reply+94@mail.example.org"}	2024-01-01 01:34:00+00	2024-01-01 03:08:00+00
d367cc7b-d0c0-bd6c-40ea-685cc2feb9a2	Night Details	nick95	https://img.example.org/u/95.png	user.95@mail95.example.org	+1 859 555 0095	$2b$12$09138e363f83a8e6fe06f27db9036e8a	10.95.95.7	{"theme": "dark", "reply_to": "reply+95@mail.example.org"}	2024-01-01 01:35:00+00	2024-01-01 03:10:00+00
19153839-9e12-8fe6-c25c-1ae0724b8eed	Tickets Community	nick96	https://img.example.org/u/96.png	user.96@mail96.example.org	+1 859 555 0096	$2b$12$31e86e2b761da84c0811ca28eba2bca1	10.96.96.7	{"theme": "dark", "reply_to": "reply+96@mail.example.org"}	2024-01-01 01:36:00+00	2024-01-01 03:12:00+00
3e5f5b5a-7664-1828-6b21-161bf5ded90f	Please The	nick97	https://img.example.org/u/97.png	user.97@mail0.example.org	+1 859 555 0097	$2b$12$9342cb2dc7fbf54d9729cff4c98de4ef	10.97.97.7	{"theme": "dark", "reply_to": "reply+97@mail.example.org"}	2024-01-01 01:37:00+00	2024-01-01 03:14:00+00
ddd64d2b-5020-7c23-5be1-7dc55ed34241	Lexington Family	nick98	https://img.example.org/u/98.png	user.98@mail1.example.org	+1 859 555 0098	$2b$12$89eaaf584645ca2efe179de1c999fb56	10.98.98.7	{"theme": "dark", "reply_to": "reply+98@mail.example.org"}	2024-01-01 01:38:00+00	2024-01-01 03:16:00+00
e78e74de-45e6-09de-788f-1e91beeffc3c	Info At	nick99	https://img.example.org/u/99.png	user.99@mail2.example.org	+1 859 555 0099	$2b$12$39e559bb0b4c7fc8163b265ca3a3e2aa	10.99.99.7	{"theme": "dark", "reply_to": "reply+99@mail.example.org"}	2024-01-01 01:39:00+00	2024-01-01 03:18:00+00
153d1c93-1882-b9a3-b05f-4453ba56748f	Us Jazz	nick100	https://img.example.org/u/100.png	user.100@mail3.example.org	+1 859 555 0100	$2b$12$f898dcb9bbb79335247613e780954a50	10.100.100.7	{"theme": "dark", "reply_to": "reply+100@mail.example.org"}	2024-01-01 01:40:00+00	2024-01-01 03:20:00+00
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
084ed102-40e3-8b71-a34e-1d6a4a956edb	2055d223-46f8-3047-bd69-140326a7437a	editor
a926f50c-70bc-024f-df9f-9eb1bcfe779f	2fc46b61-b62c-b66e-fc54-0d6423507c79	editor
1568297f-e9b5-fbb0-3f9a-ffcf1dfd1149	8cfe0a16-b62b-4a9e-8d2c-9b1d48e2dbbe	editor
89865531-4471-99eb-54d5-1c0065012f63	fd17f3f3-ce29-47bf-46a4-bd3412b0abdc	editor
2a89dde9-2001-c4e2-bcf1-5282ad3906eb	8791e2a3-a258-3e0c-65e9-7587a62ee0a5	editor
9f0af848-12d3-65eb-4544-23990c94902e	642dd2cc-5f6f-ecd8-5dd4-f031bef883d8	editor
f76ba1d4-1232-1ee7-a90c-74834e4e2f96	1b7cae88-4658-9d9f-a1e0-93954ac5d2d5	editor
95d4c8a4-87a1-7151-07bd-a8e9d7eb8932	3953c658-686c-5e10-349c-14b0099b3e78	editor
fe653087-4fd2-45c2-8f17-2d1985c85c67	ed97d556-e46a-d849-c6a6-349ac549be7d	editor
2af3db55-1ae0-dec7-2d67-60277c5435c3	e5a84d73-82cb-46d4-94c4-4e05ed48099b	editor
31fc86f0-4874-80b2-48ba-ef207b8059fb	9b69018a-7966-7612-397f-30f34effd734	editor
b40981c6-f59a-65a3-aaf5-428fd1aefc26	2cada9fb-e3ce-80bc-9c3e-4f4a9fcd9716	editor
1c297f83-78a9-66ab-4a51-a28b081c9148	555d46df-8a0f-0897-1433-2d35b4a30baa	editor
e924231e-c367-2ab6-22a0-b4d4c1048a22	8131f037-ea69-35b6-5b1d-288d9a2bd365	editor
e08a6db5-dffe-5c54-de5e-396bbf70eea7	cda84eac-21be-d18f-0e6a-300594c1c399	editor
75e987b9-8159-79f7-d8e4-9a1a3275c104	7525da81-e151-20da-c8e3-7e426fc088e1	editor
896eeda7-9ba2-d913-6bb6-13e4cc6cfe85	eeb7ecbc-db8f-e3e1-9d59-676fd9b33aab	editor
c143a128-ad21-0c15-95d8-aae860e97318	f5400f24-ead8-57de-c1f2-513c3c34254c	editor
24d6efef-a3ea-34e5-66e0-e221b0905ac6	bd710c47-d37e-268a-d2b6-4caf4e7681a0	editor
d204eecc-2efd-5905-e654-93de3657ac12	3b64b691-b769-a056-6ef9-f757cbe812f6	editor
235a7b9c-d4da-a792-117a-08f75b1031f2	c09b825c-0c50-305e-cba5-d4cc8522bb14	editor
f7b91e06-fd61-6c38-f407-d87938e636a7	283d821e-933a-ce49-07ac-49c16e0799ea	editor
6d404803-bfbf-9c1e-e8cf-3e65b06c636d	583d763a-3bc8-a380-bd5d-fdc3744051ef	editor
8fac914e-60e7-c45b-142b-852fbf7d0d6e	6f40b23e-7f99-a11b-4011-5d1b09c738cf	editor
46e46cc5-53f5-147f-662e-daff510235d8	102350a7-e2c4-5cf9-c570-98e8f5b4f8af	editor
1824ce07-77f0-e965-294f-8e4f96599cbe	ae130860-8297-69f4-d611-a5fe342db132	editor
1ceb0ac4-43db-3fbb-6036-5eb221f6971b	abb2c8d6-936b-4038-e5c1-edc29ee8850a	editor
ff8e26d2-c179-a111-2111-64a639c01b01	c1c496f0-e0b5-de33-464d-a7a04e835f0f	editor
2308bfea-d5cc-d077-f843-66a3f1a9a914	ebcc34a5-2b72-7e00-5208-473617f94a92	editor
371d23a1-7cbf-d25d-026a-bf3a9a477d22	90c0ae9f-83f8-6e8f-371f-e066485380d9	editor
d4399521-0205-b752-4c9d-16e7eea5b8eb	97f146ea-4420-2f72-0e11-ff9ad4b0861c	editor
1c53b1d9-fdba-41d2-1de0-4b0cafeec70b	810fb473-53ae-8002-330b-74b9086296ec	editor
c1fdf795-e99c-3036-fbbb-7f133d2d6573	9307fb1d-3b95-0b76-2aec-f308225fb678	editor
ff993676-2e31-ffc6-95dc-9fd853eb532f	33488f7f-a35e-46f6-b9b8-dc345d2dd96c	editor
53fe801b-fe9b-8cb7-c8f2-5e695645d104	05ab0576-e474-4c3d-7fec-d8ffefceb359	editor
7be14415-760a-2a07-c3b2-561c3613baa0	a2aa81d7-a72a-7b0e-5b1f-60109f5ae586	editor
8036d233-e4a4-6ea1-1a54-94b0ef2a280c	c88f825f-69a8-98da-981e-cd087cfa2481	editor
e1a1b9a5-e9b5-6ad9-e8d7-e9c0fe616679	1ec759db-65d7-1767-4ada-e02f29387582	editor
123e70d7-0e5b-a69d-3040-a9554d9abbaa	3fa457c7-e375-88d5-9168-69bb91960e2a	editor
9f193ffd-2833-6958-3c90-6a59c2a520fd	16e08cc8-e8be-dc50-206f-49b7213a366e	editor
3e5b9645-d94a-4dc2-75dc-625d44cc8772	8de194e1-627f-8b4f-f176-bfdf22c9f708	editor
6e77068e-f683-8086-a15a-4f86aba4c4df	56306748-b390-c87b-c836-004352c0beed	editor
28624d56-2e17-5bd3-d324-bbcdd24ce8f4	2155c52b-c2a4-43b7-de1d-66b3c9b28e34	editor
dfc17ab2-9308-9e57-a380-91d34cfb01ea	faa561cd-a230-4547-9982-110628bfc7c5	editor
58064a76-db5b-c629-73df-9ee562197665	b6fefdd1-6e1a-86de-4e21-c625a0296178	editor
05b08f78-074a-c6a5-2a66-8850d8d525ed	7cf1842d-c91b-b37f-7b95-a5dbe8705608	editor
09d37b2b-35c6-e9ac-ccfa-41238219d38e	87823962-0461-8724-abf3-ada507782d61	editor
0e1a7170-dd26-9e75-832d-6bdc94bd5828	b6c59438-9cc0-e18d-126d-b08feeb7a51c	editor
463fa789-e832-a798-cf5f-f06330f8c1c1	ddf32175-07de-44b0-a722-e9cf3b751e1b	editor
f7e68159-53ed-2b09-82fa-841809d72757	8c888153-5d48-0ae6-bc8c-9af3aae7ef16	editor
6d06e46a-7be6-9a35-b7b6-ef6406531bb2	2055d223-46f8-3047-bd69-140326a7437a	editor
888d2139-5136-17d3-cfca-c06ac53a7364	2fc46b61-b62c-b66e-fc54-0d6423507c79	editor
9c01af0e-0f02-5fb5-c2cb-8028ea90dc0a	8cfe0a16-b62b-4a9e-8d2c-9b1d48e2dbbe	editor
69e90ceb-cda3-6395-5303-f59cd9f2792e	fd17f3f3-ce29-47bf-46a4-bd3412b0abdc	editor
fea4e75a-ce67-5062-ac1a-52a7adba9da7	8791e2a3-a258-3e0c-65e9-7587a62ee0a5	editor
b758d8be-657c-4494-d92e-15e0a796d1cc	642dd2cc-5f6f-ecd8-5dd4-f031bef883d8	editor
f44b872c-8c6f-8141-8b95-e1da46910494	1b7cae88-4658-9d9f-a1e0-93954ac5d2d5	editor
888f47d3-61c2-c52a-c371-d37df09794eb	3953c658-686c-5e10-349c-14b0099b3e78	editor
b3d7dbce-8c87-a587-567e-966911e1abdd	ed97d556-e46a-d849-c6a6-349ac549be7d	editor
6bf5372e-ea64-877b-243c-2ffbcfae3102	e5a84d73-82cb-46d4-94c4-4e05ed48099b	editor
1f3301c9-5c7b-3b32-d215-298a5a29e993	9b69018a-7966-7612-397f-30f34effd734	editor
e4869b5a-0c3d-0bf1-ef98-dd47e6588d7f	2cada9fb-e3ce-80bc-9c3e-4f4a9fcd9716	editor
43768d7f-7509-c581-2415-204b5b0a1275	555d46df-8a0f-0897-1433-2d35b4a30baa	editor
4c494381-76f0-cac6-1b0a-51122bd65ee6	8131f037-ea69-35b6-5b1d-288d9a2bd365	editor
5324f5b9-4811-a0d4-5b28-466657e1462e	cda84eac-21be-d18f-0e6a-300594c1c399	editor
d64b9606-350c-1388-e98f-035aaa985309	7525da81-e151-20da-c8e3-7e426fc088e1	editor
666de1af-eb0d-a2d4-c7c3-4f14387c16ad	eeb7ecbc-db8f-e3e1-9d59-676fd9b33aab	editor
7f02dd5d-045f-04fd-cfb6-6c75043797fc	f5400f24-ead8-57de-c1f2-513c3c34254c	editor
c6dc0804-3ec2-ca63-8dd5-74ef1328471f	bd710c47-d37e-268a-d2b6-4caf4e7681a0	editor
eb54b446-4a6c-7f73-452b-a4c425d120b1	3b64b691-b769-a056-6ef9-f757cbe812f6	editor
ecdc7247-7a00-2597-7d81-45b745c43734	c09b825c-0c50-305e-cba5-d4cc8522bb14	editor
a278647d-88a4-d230-955c-74ad045d3f7c	283d821e-933a-ce49-07ac-49c16e0799ea	editor
d9687308-f2ee-1c06-636f-2b6e396ad8ec	583d763a-3bc8-a380-bd5d-fdc3744051ef	editor
ea2e0148-c9cc-2990-acb0-d3f58679c7a1	6f40b23e-7f99-a11b-4011-5d1b09c738cf	editor
231c3c38-9f7c-e11f-f8fd-6f91ee0e3978	102350a7-e2c4-5cf9-c570-98e8f5b4f8af	editor
82817c22-fdc1-3437-ad2e-afaba3311b9d	ae130860-8297-69f4-d611-a5fe342db132	editor
fb984e2d-168b-d93c-9c44-2a9e6ddfd338	abb2c8d6-936b-4038-e5c1-edc29ee8850a	editor
7e15ed19-d74c-4961-31b9-b7dd038df204	c1c496f0-e0b5-de33-464d-a7a04e835f0f	editor
f8cd2c62-f8d5-97b5-9351-e890f915f0aa	ebcc34a5-2b72-7e00-5208-473617f94a92	editor
41ec1b5e-5a7c-f5f7-4b2c-41fb950cb1c3	90c0ae9f-83f8-6e8f-371f-e066485380d9	editor
334d7df3-2a62-c9c4-30ca-9cb7037eb505	97f146ea-4420-2f72-0e11-ff9ad4b0861c	editor
8d135ecb-8d16-5236-7d6b-d2b4957c7e2d	810fb473-53ae-8002-330b-74b9086296ec	editor
c14162f5-fd9f-c5ed-4e85-3f42ec897071	9307fb1d-3b95-0b76-2aec-f308225fb678	editor
771ea081-d2a7-6a61-c40a-178b67ac1adf	33488f7f-a35e-46f6-b9b8-dc345d2dd96c	editor
17bb119d-f784-41c6-e69f-aeb3d5804a05	05ab0576-e474-4c3d-7fec-d8ffefceb359	editor
3f66d2c2-a256-2b64-fa0c-8a33cb051285	a2aa81d7-a72a-7b0e-5b1f-60109f5ae586	editor
44455b91-fb8b-b445-d150-d09585d765da	c88f825f-69a8-98da-981e-cd087cfa2481	editor
1d7a149c-7946-4ff9-d396-5aab1904c18e	1ec759db-65d7-1767-4ada-e02f29387582	editor
1887eb40-29f8-7317-04f0-c5806811b47a	3fa457c7-e375-88d5-9168-69bb91960e2a	editor
d367cc7b-d0c0-bd6c-40ea-685cc2feb9a2	16e08cc8-e8be-dc50-206f-49b7213a366e	editor
19153839-9e12-8fe6-c25c-1ae0724b8eed	8de194e1-627f-8b4f-f176-bfdf22c9f708	editor
3e5f5b5a-7664-1828-6b21-161bf5ded90f	56306748-b390-c87b-c836-004352c0beed	editor
ddd64d2b-5020-7c23-5be1-7dc55ed34241	2155c52b-c2a4-43b7-de1d-66b3c9b28e34	editor
e78e74de-45e6-09de-788f-1e91beeffc3c	faa561cd-a230-4547-9982-110628bfc7c5	editor
153d1c93-1882-b9a3-b05f-4453ba56748f	b6fefdd1-6e1a-86de-4e21-c625a0296178	editor
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
1f205c74-88f4-e895-b3f1-2b323d7d9d1c	Venue 6	venue-6	6 Main Street	Lexington	38.000600	-84.500000	booking+6@venue.example.net	f
fe0fea6f-815b-b39f-646b-2e369b385265	Venue 7	venue-7	7 Main Street	Lexington	38.000700	-84.500000	booking+7@venue.example.net	f
3ef56520-9b71-9ac6-1454-9b910a535a6d	Venue 8	venue-8	8 Main Street	Lexington	38.000800	-84.500000	booking+8@venue.example.net	f
19ba1575-6a11-9284-584e-5072cc12e699	Venue 9	venue-9	9 Main Street	Lexington	38.000900	-84.500000	booking+9@venue.example.net	f
3ca5c8fc-5cfc-1050-7221-47df856da9cf	Venue 10	venue-10	10 Main Street	Lexington	38.001000	-84.500000	booking+10@venue.example.net	f
fd9b9dbb-5be5-05f8-366e-5fbdfe4314d9	Venue 11	venue-11	11 Main Street	Lexington	38.001100	-84.500000	booking+11@venue.example.net	f
3adbfd89-978d-9be4-a645-83286f23ec4e	Venue 12	venue-12	12 Main Street	Lexington	38.001200	-84.500000	booking+12@venue.example.net	f
501cdc73-9336-3b37-208b-5c3d89313970	Venue 13	venue-13	13 Main Street	Lexington	38.001300	-84.500000	booking+13@venue.example.net	f
ba37980f-ad68-4ae6-a083-978a739a9a3d	Venue 14	venue-14	14 Main Street	Lexington	38.001400	-84.500000	booking+14@venue.example.net	f
217d27e1-20e2-badd-1cd2-c8a6a11734e3	Venue 15	venue-15	15 Main Street	Lexington	38.001500	-84.500000	booking+15@venue.example.net	f
b3cfa27f-4b58-fe9d-e872-00e0f8465bb5	Venue 16	venue-16	16 Main Street	Lexington	38.001600	-84.500000	booking+16@venue.example.net	f
67d20119-6030-a8c3-be16-f179c3f9e023	Venue 17	venue-17	17 Main Street	Lexington	38.001700	-84.500000	booking+17@venue.example.net	f
d3137159-7ccc-17f5-c908-fb07a853d6e4	Venue 18	venue-18	18 Main Street	Lexington	38.001800	-84.500000	booking+18@venue.example.net	f
4f1680d5-02b4-ff04-cbce-5563dafc5fae	Venue 19	venue-19	19 Main Street	Lexington	38.001900	-84.500000	booking+19@venue.example.net	f
d47f52d5-0480-d82a-59be-b56b7eb127ab	Venue 20	venue-20	20 Main Street	Lexington	38.002000	-84.500000	booking+20@venue.example.net	f
8306770c-b8b6-b95d-baaa-607a22bad22c	Venue 21	venue-21	21 Main Street	Lexington	38.002100	-84.500000	booking+21@venue.example.net	f
6ddf951c-6ff2-dda1-8074-51aa7d415a23	Venue 22	venue-22	22 Main Street	Lexington	38.002200	-84.500000	booking+22@venue.example.net	f
f7c8961e-b7b1-aa89-7270-69c1197a9335	Venue 23	venue-23	23 Main Street	Lexington	38.002300	-84.500000	booking+23@venue.example.net	f
41f90e63-de91-d48a-de94-6260bd3086cc	Venue 24	venue-24	24 Main Street	Lexington	38.002400	-84.500000	booking+24@venue.example.net	f
c6451ab9-09ff-a258-e435-7a6fd1d0941d	Venue 25	venue-25	25 Main Street	Lexington	38.002500	-84.500000	booking+25@venue.example.net	f
67630824-ec21-cf43-0dce-7bad492ce480	Venue 26	venue-26	26 Main Street	Lexington	38.002600	-84.500000	booking+26@venue.example.net	f
ef5e40c7-d15b-e236-322d-6152d5238f0f	Venue 27	venue-27	27 Main Street	Lexington	38.002700	-84.500000	booking+27@venue.example.net	f
586433bd-9929-8b76-97c0-7d2049f79ba9	Venue 28	venue-28	28 Main Street	Lexington	38.002800	-84.500000	booking+28@venue.example.net	f
83e52399-f870-e5ac-5a91-17273e2a1d24	Venue 29	venue-29	29 Main Street	Lexington	38.002900	-84.500000	booking+29@venue.example.net	f
7d46797b-d9b5-65ae-fc80-b3950e047b26	Venue 30	venue-30	30 Main Street	Lexington	38.003000	-84.500000	booking+30@venue.example.net	f
6bdb2933-1711-fc05-5315-57fbe7a075bd	Venue 31	venue-31	31 Main Street	Lexington	38.003100	-84.500000	booking+31@venue.example.net	f
0d19bdfd-3b05-6b66-5749-00187370dbd1	Venue 32	venue-32	32 Main Street	Lexington	38.003200	-84.500000	booking+32@venue.example.net	f
68cac569-46cc-8918-f907-312c20754e23	Venue 33	venue-33	33 Main Street	Lexington	38.003300	-84.500000	booking+33@venue.example.net	f
2dfbf40a-3cae-b4b6-78f5-a6a40f0504af	Venue 34	venue-34	34 Main Street	Lexington	38.003400	-84.500000	booking+34@venue.example.net	f
a5bc1678-b66f-51bf-c511-60c792c2f8b0	Venue 35	venue-35	35 Main Street	Lexington	38.003500	-84.500000	booking+35@venue.example.net	f
213436c6-2874-49c7-0a4b-46efeec23af7	Venue 36	venue-36	36 Main Street	Lexington	38.003600	-84.500000	booking+36@venue.example.net	f
157bba10-4026-dfa5-94bc-f85746c279c0	Venue 37	venue-37	37 Main Street	Lexington	38.003700	-84.500000	booking+37@venue.example.net	f
74f3effa-d686-a9d6-373b-51adfc86818a	Venue 38	venue-38	38 Main Street	Lexington	38.003800	-84.500000	booking+38@venue.example.net	f
fdc60b5f-96bc-2662-61d0-03ee42406407	Venue 39	venue-39	39 Main Street	Lexington	38.003900	-84.500000	booking+39@venue.example.net	f
f3a5e5a1-c5cb-26e7-47f6-8885e69aba96	Venue 40	venue-40	40 Main Street	Lexington	38.004000	-84.500000	booking+40@venue.example.net	f
\.


--
-- Name: datetime_venue_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.datetime_venue_id_seq', 30, true);


--
-- Name: request_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.request_log_id_seq', 80, true);


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

\unrestrict afqpGD5rxA4K5dNJy1W7auZzC12fa3LYs4waAzI1CfhBNKStMbR1CTLW2ekWiFH

