-- Records when the periods started; a start never moves back.
-- KEYS  1-4 boards, 5 meta
-- ARGV  four starts in microseconds
-- Returns the number of members of each board, or -1 where the key holds another type.
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local members = {}
for p = 1, 4 do
  local field = 'start:' .. boards[p]
  if tonumber(ARGV[p]) > tonumber(redis.call('HGET', KEYS[5], field) or '0') then
    redis.call('HSET', KEYS[5], field, ARGV[p])
  end
  local count = redis.pcall('ZCARD', KEYS[p])
  members[p] = type(count) == 'number' and count or -1
end
return members
