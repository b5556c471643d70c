-- The same eight schemes by hand: one table a kind of subject, with the bits of the conditions that fail.
CREATE TEMP TABLE pairs AS
  SELECT parent, count(*)::INT AS ever, count(*) FILTER (lives)::INT AS alive, count(*) FILTER (lives AND sex = 2)::INT AS daughters,
         count(*) FILTER (NOT lives)::INT AS dead
  FROM (SELECT mother_id AS parent, sex, death_date IS NULL OR death_date > DATE '{day}' AS lives
        FROM '{records}/person/*.parquet' WHERE birth_date <= DATE '{day}' AND mother_id IS NOT NULL
        UNION ALL
        SELECT father_id, sex, death_date IS NULL OR death_date > DATE '{day}'
        FROM '{records}/person/*.parquet' WHERE birth_date <= DATE '{day}' AND father_id IS NOT NULL)
  GROUP BY parent;
CREATE TEMP TABLE spouses AS
  SELECT one AS person, max(registration) AS spouse_registration
  FROM (SELECT wife_id AS one, husband_id AS other FROM '{records}/union_/*.parquet'
        WHERE start_date <= DATE '{day}' AND (end_date IS NULL OR end_date > DATE '{day}')
        UNION ALL
        SELECT husband_id, wife_id FROM '{records}/union_/*.parquet'
        WHERE start_date <= DATE '{day}' AND (end_date IS NULL OR end_date > DATE '{day}'))
  JOIN '{records}/person/*.parquet' ON person_id = other
  WHERE one IS NOT NULL AND (death_date IS NULL OR death_date > DATE '{day}')
  GROUP BY one;
CREATE TEMP TABLE said AS
  SELECT person_id, household_id, area, fact, arg_max(number, start_date)::INT AS number FROM '{records}/attested/*.parquet'
  WHERE start_date <= DATE '{day}' AND (end_date IS NULL OR end_date > DATE '{day}')
  GROUP BY ALL;
CREATE TEMP TABLE people AS
  WITH attested AS (
    SELECT person_id, max(number) FILTER (fact = 'archive_birth_policy_file') AS archive,
           max(number) FILTER (fact = 'retired_from_enterprise') AS retired,
           max(number) FILTER (fact = 'enterprise_years') AS years
    FROM said WHERE person_id IS NOT NULL GROUP BY person_id),
  home AS (
    SELECT DISTINCT person_id FROM '{records}/residence/*.parquet'
    WHERE kind = 'registered' AND start_date <= DATE '{day}' AND (end_date IS NULL OR end_date > DATE '{day}')),
  facts AS (
    SELECT p.person_id, p.sex, p.birth_date, p.registration, p.death_date IS NULL OR p.death_date > DATE '{day}' AS alive,
           spouse_registration, home.person_id IS NOT NULL AS here, date_sub('year', p.birth_date, DATE '{day}') AS age,
           date_diff('month', p.birth_date, DATE '{day}') AS months, coalesce(ever, 0) AS ever, coalesce(pairs.alive, 0) AS living,
           coalesce(daughters, 0) AS daughters, coalesce(dead, 0) AS dead, archive, retired, years
    FROM '{records}/person/*.parquet' p LEFT JOIN home USING (person_id) LEFT JOIN pairs ON parent = p.person_id
         LEFT JOIN spouses ON person = p.person_id LEFT JOIN attested USING (person_id)
    WHERE p.birth_date <= DATE '{day}' OR p.birth_date IS NULL),
  tests AS (
    SELECT *, living = 1 OR (living = 2 AND daughters = 2) OR (living = 0 AND dead > 0) AS family FROM facts),
  bits AS (
    SELECT person_id, ever, years,
      (NOT alive)::INT + 2 * (NOT here)::INT AS base,
      4 * (registration IS DISTINCT FROM 'rural')::INT + 8 * (NOT coalesce(birth_date >= DATE '1933-01-01', FALSE))::INT
        + 16 * (NOT coalesce(age >= 60, FALSE))::INT + 32 * (NOT family)::INT
        + 64 * (spouse_registration <> 'rural' AND spouse_registration IS NOT NULL)::INT
        + 128 * (NOT coalesce(archive = 1, TRUE))::INT AS rural,
      4 * (NOT coalesce(months BETWEEN 1 AND 36, FALSE))::INT AS small,
      4 * (NOT coalesce(retired = 1, FALSE))::INT + 8 * (ever <> 1)::INT AS retired,
      16 * (NOT coalesce(years >= 5, FALSE))::INT AS short,
      4 * (NOT coalesce(birth_date >= DATE '1933-01-01', FALSE))::INT + 8 * (NOT coalesce(sex = 2 AND age >= 49, FALSE))::INT
        + 16 * (ever <> 1)::INT + 32 * (NOT (living = 0 AND dead > 0))::INT AS special
    FROM tests)
  SELECT person_id, base + rural AS reward, CASE WHEN base + rural = 0 THEN 5000 ELSE 0 END AS reward_fen,
         base + small AS childcare, CASE WHEN base + small = 0 THEN 30000 ELSE 0 END AS childcare_fen,
         base + special AS special, CASE WHEN base + special = 0 THEN 10000 ELSE 0 END AS special_fen,
         base + retired AS a, CASE WHEN base + retired = 0 THEN 360000 ELSE 0 END AS a_fen, base + retired + short AS b,
         CASE WHEN base + retired + short = 0 THEN least(10000 * coalesce(years, 0), 300000) ELSE 0 END AS b_fen
  FROM bits;
CREATE TEMP TABLE households AS
  WITH lived AS (
    SELECT household_id, max(area) AS area, count(DISTINCT person_id) AS members FROM '{records}/residence/*.parquet'
    WHERE kind = 'living' AND household_id IS NOT NULL AND start_date <= DATE '{day}' AND (end_date IS NULL OR end_date > DATE '{day}')
    GROUP BY household_id),
  hard AS (SELECT household_id, max(number) AS hardship FROM said WHERE fact = 'household_hardship' GROUP BY household_id),
  bits AS (
    SELECT household_id, (NOT coalesce(starts_with(area, '3202'), FALSE))::INT + 2 * (NOT coalesce(members >= 1, FALSE))::INT
             + 4 * (NOT coalesce(hardship = 1, FALSE))::INT AS failed
    FROM lived LEFT JOIN hard USING (household_id))
  SELECT household_id, failed AS relief, CASE WHEN failed = 0 THEN 5000 ELSE 0 END AS relief_fen, failed AS fund,
         CASE WHEN failed = 0 THEN 5000 ELSE 0 END AS fund_fen
  FROM bits;
CREATE TEMP TABLE villages AS
  SELECT code, bits AS failed, CASE WHEN bits = 0 THEN 3000000 ELSE 0 END AS fen
  FROM (SELECT code, (NOT starts_with(code, '320282'))::INT + 2 * (NOT coalesce(number = 1, FALSE))::INT AS bits
        FROM '{records}/area/*.parquet' a LEFT JOIN (SELECT area, number FROM said WHERE fact = 'model_village') m ON m.area = a.code
        WHERE level = 'village');
