-- How many users the leaderboards of a tenant have, kept for tenants with a quota alone. Whoever
-- makes users adds them here; counted anew once in a while, as others delete users, and more often
-- where somebody was refused (is_full).
CREATE TABLE {own}tenant_users (
  tenant TEXT PRIMARY KEY COLLATE BINARY,
  users INTEGER NOT NULL,
  counted_at INTEGER NOT NULL,
  is_full INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
