-- The run's own file, `run.db`. Documented in docs/run-file.md; people query it with their own tools.
-- Times are milliseconds since 1970-01-01 UTC. Rows are only appended, but for `answer`, which a later try replaces,
-- and findings that say what another says.

create table if not exists meta (
  key text primary key,               -- 'schema', 'started_at', 'ended_at', 'state', 'plan', 'site', 'numbers', …
  value text not null
) without rowid;

-- Every distinct address, without fragment and without session ids, in the order of discovery; 1 is the start.
create table if not exists address (
  id integer primary key,
  url text not null,
  inside integer not null,            -- 1: part of the site, 0: outgoing
  depth integer not null,             -- links followed from the start address
  found_on integer,                   -- address id of the page that showed it first
  kind text not null                  -- kind of the first link to it: anchor, image, style, …
);

-- How an address answered. An address without a row here is still waiting.
create table if not exists answer (
  address_id integer primary key,
  verdict text not null,              -- ok, dead, wrong, blocked, transient, undecided
  reach text not null,                -- ok, status-404, refused, timeout, tls-expired, withheld-robots, …
  status integer,
  final_url text,                     -- after redirects, where they lead elsewhere
  chain text,                         -- JSON: [{"status":302,"to":"…"}]
  mime text,
  charset text,                       -- pages only
  title text,                         -- pages only
  bytes integer not null,
  took_ms integer not null,
  attempts integer not null,
  at integer not null,
  page integer not null,              -- 1: read and parsed as a page
  soft text,                          -- 'same-as-random' or 'wording'
  tls_fault text,
  record text,                        -- evidence: WARC record id
  record_at integer,                  -- evidence: offset in evidence.warc.gz
  rendered text                       -- pages empty without script: yes, off, no-browser, limit, failed
);

-- Pictures of pages, files beside this one.
create table if not exists screenshot (
  page_id integer primary key,        -- address id of the page
  path text not null,                 -- from the folder of run.db
  kind text not null                  -- home, finding
);

-- Attachments that were opened and read.
create table if not exists attachment (
  address_id integer primary key
);

-- Links as they stand in pages; the same address with the same fragment once a page and kind.
create table if not exists link (
  page_id integer not null,           -- address id of the page
  address_id integer not null,        -- address id of the target
  fragment text,                      -- as written, decoded from nothing
  kind text not null,
  element text not null,
  line integer not null,
  col integer not null,
  text text not null
);

-- Names that fragments may point at, one row a page: little-endian 64-bit hashes, sorted.
create table if not exists anchor (
  page_id integer primary key,
  hashes blob not null,
  scripted integer not null
);

-- Distinct fragments that links ask for.
create table if not exists fragment (
  address_id integer not null,
  hash integer not null,
  fragment text not null
);

create table if not exists finding (
  id integer primary key,
  rule text not null,
  level text not null,
  clause text not null,
  page text,
  target text,
  element text,
  text text,
  line integer,
  col integer,
  verdict text,
  reach text,
  status integer,
  cause text not null,
  fix text not null,
  chain text,
  record text,
  record_at integer,
  pages_total integer not null default 1, -- pages that show this fault; rows beyond the first 1,000 are not written
  at_end integer not null default 0,  -- 1: found when the run ended; a resumed run finds it anew
  quote text                          -- JSON: the fault in its text, what is right instead, whether beyond doubt
);

-- Pages that are lists of a column, and the home page, as they were read. Pages of one list are put together when the
-- run ends: `series` is the list's first page, whatever that is called.
create table if not exists column_page (
  page_id integer primary key,        -- address id of the page
  series text not null,
  name text not null,
  kind text not null,                 -- home, news, notice, policy, …
  items integer not null,
  dated integer not null,             -- items with a printed date
  newest text,                        -- 2026-05-11
  empty integer not null,             -- 1: nothing to show
  seen text not null                  -- JSON: all that was seen of it
);

-- What pages of somebody else are, for the rules on links.
create table if not exists target_look (
  address_id integer primary key,
  suspect integer not null,           -- 1: an advertisement, or nobody's
  look text not null                  -- JSON: title, unit, icp, spam, unused
);

-- Pages near the home page in a few values; a later run is compared with them (--baseline).
create table if not exists page_look (
  page_id integer primary key,
  look text not null                  -- JSON
);

-- Articles of the site.
create table if not exists article (
  page_id integer primary key,
  title text not null,
  date text,                          -- 2026-05-11
  source text not null
);

-- Forms that a browser would send somewhere; kept with --probes only.
create table if not exists form (
  page_id integer not null,           -- address id of the page
  action text not null,               -- resolved
  post integer not null,
  line integer not null,
  col integer not null
);

-- Pages that a later run need not judge again while they do not change.
create table if not exists reading (
  page_id integer primary key,
  digest blob not null,               -- of media type and body, first 16 bytes of SHA-256
  content integer not null,           -- hash of what a visitor sees
  etag text,
  modified text,                      -- Last-Modified
  took text,                          -- taken over from an earlier run: 'not-modified', 'same'
  first_finding integer not null,     -- finding.id of the page's first
  findings integer not null,
  first_link integer not null,        -- rowid in link of the page's first
  links integer not null
);

create table if not exists trap (
  shape text primary key,
  example text not null,
  page text not null,
  seen integer not null,
  why text not null
) without rowid;

create index if not exists form_page on form (page_id);

create view if not exists page as
  select a.id, a.url, a.depth, r.status, r.charset, r.title, r.bytes, r.took_ms, r.at, r.verdict
    from address a join answer r on r.address_id = a.id where r.page = 1;

create view if not exists outgoing_link as
  select t.url as target, l.text, l.kind, p.url as page, l.line, l.col, r.verdict, r.reach
    from link l join address t on t.id = l.address_id join address p on p.id = l.page_id
    left join answer r on r.address_id = t.id
   where t.inside = 0;
