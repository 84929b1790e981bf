-- Records when the periods started; a start never moves back.
-- KEYS  1 meta
-- ARGV  four starts in microseconds
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
for p = 1, 4 do
  local field = 'start:' .. boards[p]
  if tonumber(ARGV[p]) > tonumber(redis.call('HGET', KEYS[1], field) or '0') then
    redis.call('HSET', KEYS[1], field, ARGV[p])
  end
end
return redis.status_reply('OK')
