-- Records when the periods started; a start never moves back, unless it is one that the service
-- cannot have recorded.
-- KEYS  1-4 boards, 5 meta
-- ARGV  1-4 starts in microseconds, 5 the latest one that can have been recorded
-- Returns the number of members of each board, or -1 where the key holds another type.
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local members = {}
for p = 1, 4 do
  local field = 'start:' .. boards[p]
  local known = tonumber(redis.call('HGET', KEYS[5], field) or '') or 0
  if tonumber(ARGV[p]) > known or known > tonumber(ARGV[5]) then
    redis.call('HSET', KEYS[5], field, ARGV[p])
  end
  local count = redis.pcall('ZCARD', KEYS[p])
  members[p] = type(count) == 'number' and count or -1
end
return members
