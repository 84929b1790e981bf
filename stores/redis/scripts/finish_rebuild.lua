-- Marks the cache as complete, if nothing was lost since the rebuild began.
-- KEYS  1-4 boards, 5 meta
-- ARGV  1 token of the rebuild, 2 the new generation
-- Returns 1, or 0 if the rebuild's own mark is missing.
if redis.call('HDEL', KEYS[5], 'rebuild:' .. ARGV[1]) == 0 then
  return 0
end
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
for p = 1, 4 do
  redis.call('HSET', KEYS[5], 'expected:' .. boards[p], redis.call('ZCARD', KEYS[p]))
end
redis.call('HSET', KEYS[5], 'generation', ARGV[2])
return 1
