-- What a good engineer would write by hand for the same figures of 2006: no pack, no intervals, no suppression, no engine
-- but DuckDB. {records} is the record directory. A birthday inside a month splits it. Then everything is summed up the
-- area codes and over quarters and the year.
create or replace temp table months as
  select m, make_date(2006, m, 1) as first, make_date(2006, m, 1) + interval 1 month as next_
  from range(1, 13) t(m);
update months set first = first::date, next_ = next_::date;

-- Most spells last all year: they are counted by month of birth, and only the others meet the months one by one.
create or replace temp table spells as
select kind, migrant, area, sex, birth_date, start_date, coalesce(end_date, date '9999-01-01') as end_date,
       start_date <= date '2006-01-01' and coalesce(end_date, date '9999-01-01') >= date '2007-01-01' as steady,
       if(month(birth_date) = 2 and day(birth_date) = 29, 3, month(birth_date)) as turn,
       if(month(birth_date) = 2 and day(birth_date) = 29, 1, day(birth_date)) as turn_day,
       2006 - year(birth_date) as turning
from read_parquet('{records}/residence/*.parquet')
where start_date < date '2007-01-01' and coalesce(end_date, date '9999-01-01') >= date '2006-01-01';

create or replace temp table lived as
with cohorts as (
  select kind, migrant, area, sex, turn, turning, count(*) as n, sum(turn_day - 1) as before
  from spells where steady group by all
), pieces as (
  select s.kind, s.migrant, s.area, s.sex, m.m, s.turning, greatest(s.start_date, m.first::date) as lo,
         least(s.end_date, m.next_::date) as hi, s.end_date >= m.next_::date as at_end,
         make_date(2006, s.turn, s.turn_day) as birthday
  from spells s join months m on s.start_date < m.next_::date and s.end_date >= m.first::date
  where not s.steady
)
select kind, migrant, area, m, sex, least(turning - (m < turn)::int, 100) as age,
       n * (next_::date - first::date) - if(m = turn, before, 0) as days, n as people
from cohorts, months
union all
select kind, migrant, area, turn, sex, least(turning - 1, 100), before, 0 from cohorts
union all
select kind, migrant, area, m, sex, least(turning - (lo < birthday)::int, 100),
       sum(case when birthday > lo and birthday < hi then birthday - lo else hi - lo end),
       count(*) filter (where at_end and not (birthday > lo and birthday < hi))
from pieces group by all
union all
select kind, migrant, area, m, sex, least(turning, 100), sum(hi - birthday), count(*) filter (where at_end)
from pieces where birthday > lo and birthday < hi group by all;

create or replace temp table born as
  select 'registered' as kind, registered_area as area, month(birth_date) as m, sex, birth_order,
         year(birth_date) - year(mother_birth_date) - (strftime(birth_date, '%m%d') < strftime(mother_birth_date, '%m%d'))::int as age, count(*) as n
  from read_parquet('{records}/birth/*.parquet') where year(birth_date) = 2006 group by all
  union all
  select 'living', living_area, month(birth_date), sex, birth_order,
         year(birth_date) - year(mother_birth_date) - (strftime(birth_date, '%m%d') < strftime(mother_birth_date, '%m%d'))::int, count(*)
  from read_parquet('{records}/birth/*.parquet') where year(birth_date) = 2006 group by all;

create or replace temp table died as
  select 'registered' as kind, registered_area as area, month(death_date) as m, sex,
         year(death_date) - year(birth_date) - (strftime(death_date, '%m%d') < strftime(birth_date, '%m%d'))::int as age, count(*) as n
  from read_parquet('{records}/death/*.parquet') where year(death_date) = 2006 group by all
  union all
  select 'living', living_area, month(death_date), sex,
         year(death_date) - year(birth_date) - (strftime(death_date, '%m%d') < strftime(birth_date, '%m%d'))::int, count(*)
  from read_parquet('{records}/death/*.parquet') where year(death_date) = 2006 group by all;

create or replace temp table couples as
with homes as (
  select r.person_id, r.area, r.birth_date, greatest(r.start_date, u.start_date) as lo,
         least(coalesce(r.end_date, date '9999-01-01'), coalesce(u.end_date, date '9999-01-01')) as hi
  from read_parquet('{records}/residence/*.parquet') r
  join read_parquet('{records}/union_/*.parquet') u on u.wife_id = r.person_id
  where r.kind = 'registered' and r.sex = 2 and coalesce(r.end_date, date '9999-01-01') >= date '2006-01-01'
)
select h.area, m.m, least(2006 - year(h.birth_date) - (strftime(h.birth_date, '%m%d') > strftime(m.next_::date - 1, '%m%d'))::int, 100) as age,
       count(distinct h.person_id) as women,
       count(distinct c.person_id) as using_any,
       count(distinct c.person_id) filter (where c.modern) as using_modern
from homes h join months m on h.lo < m.next_::date and h.hi >= m.next_::date
left join read_parquet('{records}/contraception/*.parquet') c on c.person_id = h.person_id
  and c.start_date < m.next_::date and coalesce(c.end_date, date '9999-01-01') >= m.next_::date
group by all;

create or replace temp table houses as
  select r.kind, r.area, m.m, count(distinct r.household_id) as n
  from read_parquet('{records}/residence/*.parquet') r
  join months m on r.start_date < m.next_::date and coalesce(r.end_date, date '9999-01-01') >= m.next_::date
  group by all;

create or replace temp table moved as
with joined as (
  select a.kind, a.area as to_, b.area as from_, month(a.start_date) as m
  from read_parquet('{records}/residence/*.parquet') a
  left join read_parquet('{records}/residence/*.parquet') b
    on a.person_id = b.person_id and a.kind = b.kind and a.start_date = b.end_date
  where year(a.start_date) = 2006 and a.start_reason not in ('birth', 'correction')
)
select kind, left(to_, l) as area, m, count(*) as n
from joined, (values (4), (6), (9), (12)) levels(l)
where from_ is null or left(to_, l) <> left(from_, l) group by all;

create or replace temp table up_lived as
  select kind, migrant, left(area, l) as area, m, sex, age, sum(days) as days, sum(people) as people
  from lived, (values (4), (6), (9), (12)) levels(l) group by all;
create or replace temp table up_born as
  select kind, left(area, l) as area, m, sex, birth_order, age, sum(n) as n
  from born, (values (4), (6), (9), (12)) levels(l) group by all;
create or replace temp table up_died as
  select kind, left(area, l) as area, m, sex, age, sum(n) as n
  from died, (values (4), (6), (9), (12)) levels(l) group by all;

create or replace temp table results as
  select kind, area, (m - 1) // 3 as quarter, m, age // 5 as age5, sex, sum(days) / 365.0 as years, sum(people) as people
  from up_lived group by grouping sets ((kind, area, m), (kind, area, (m - 1) // 3), (kind, area),
    (kind, area, m, sex), (kind, area, m, age // 5), (kind, area, m, sex, age // 5),
    (kind, area, (m - 1) // 3, age // 5), (kind, area, age // 5));
create or replace temp table fertility as
  select b.area, b.m, sum(b.n / nullif(w.days / 365.0, 0)) as tfr
  from (select area, m, age, sum(n) as n from up_born where kind = 'registered' group by all) b
  join (select area, m, age, sum(days) as days from up_lived where kind = 'registered' and sex = 2 group by all) w
  using (area, m, age) where age between 15 and 49 group by all;
