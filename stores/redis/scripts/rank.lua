-- The ranks of users.
-- KEYS  1 board, 2 meta
-- ARGV  1 name of the period, then the users
-- Where the lower score is better, ZRANK takes the place of ZREVRANK.
-- Returns generation, expected size, size, then for each user the place from 0 (false: not on the
-- board) and the score.
local meta = redis.call('HMGET', KEYS[2], 'generation', 'expected:' .. ARGV[1])
local out = {meta[1], meta[2], redis.call('ZCARD', KEYS[1])}
for i = 2, #ARGV do
  out[2 * i] = redis.call('ZREVRANK', KEYS[1], ARGV[i])
  out[2 * i + 1] = redis.call('ZSCORE', KEYS[1], ARGV[i])
end
return out
