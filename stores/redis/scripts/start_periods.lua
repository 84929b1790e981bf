-- Records when the periods started; see record_starts.lua, which it needs.
-- KEYS  1-4 boards, 5 meta
-- ARGV  1-4 starts in microseconds, 5 the latest one that can have been recorded
-- Returns the number of members of each board, or -1 where the key holds another type.
record_starts(ARGV, ARGV[5])
local members = {}
for p = 1, 4 do
  local count = redis.pcall('ZCARD', KEYS[p])
  members[p] = type(count) == 'number' and count or -1
end
return members
