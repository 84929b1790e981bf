-- An idempotency key belongs to its user: two users may use the same text.
DO $$
DECLARE
  key_of_keys name;
BEGIN
  SELECT conname INTO key_of_keys FROM pg_constraint
  WHERE conrelid = '{own}score_requests'::regclass AND contype = 'p';
  IF key_of_keys IS NOT NULL THEN
    EXECUTE format('ALTER TABLE {own}score_requests DROP CONSTRAINT %I', key_of_keys);
  END IF;
  ALTER TABLE {own}score_requests ADD PRIMARY KEY (user_id, request_key);
END
$$;
