-- How many users the leaderboards of a tenant have, kept for tenants with a quota alone. Whoever
-- makes users adds them here; counted anew once in a while, as others delete users, and more often
-- where somebody was refused (is_full).
CREATE TABLE {own}tenant_users (
  tenant text COLLATE "C" PRIMARY KEY,
  users bigint NOT NULL,
  counted_at timestamptz NOT NULL,
  is_full boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);
