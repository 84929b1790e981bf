-- Announces a rebuild.
-- KEYS  1-4 boards, 5 meta
-- ARGV  1 token of the rebuild, 2-5 period starts in microseconds, 6 field and 7 value
--       of the caller's heartbeat, 8 the latest start that can have been recorded
-- Needs record_starts.lua.
record_starts({ARGV[2], ARGV[3], ARGV[4], ARGV[5]}, ARGV[8])
redis.call('HSET', KEYS[5], 'rebuild:' .. ARGV[1], '1')
if tonumber(ARGV[7]) > (tonumber(redis.call('HGET', KEYS[5], ARGV[6]) or '') or 0) then
  redis.call('HSET', KEYS[5], ARGV[6], ARGV[7])
end
return redis.status_reply('OK')
