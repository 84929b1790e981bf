-- Announces a rebuild.
-- KEYS  1 meta
-- ARGV  1 token of the rebuild, 2-5 period starts in microseconds, 6 field and 7 value
--       of the caller's heartbeat, 8 the latest start that can have been recorded
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
for p = 1, 4 do
  local field = 'start:' .. boards[p]
  local known = tonumber(redis.call('HGET', KEYS[1], field) or '') or 0
  if tonumber(ARGV[p + 1]) > known or known > tonumber(ARGV[8]) then
    redis.call('HSET', KEYS[1], field, ARGV[p + 1])
  end
end
redis.call('HSET', KEYS[1], 'rebuild:' .. ARGV[1], '1')
if tonumber(ARGV[7]) > (tonumber(redis.call('HGET', KEYS[1], ARGV[6]) or '') or 0) then
  redis.call('HSET', KEYS[1], ARGV[6], ARGV[7])
end
return redis.status_reply('OK')
