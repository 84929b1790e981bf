-- The rank of a user.
-- KEYS  1 board, 2 meta
-- ARGV  1 name of the period, 2 the user
-- Returns generation, expected size, size, place from 0 (false: not on the board), score.
local meta = redis.call('HMGET', KEYS[2], 'generation', 'expected:' .. ARGV[1])
return {meta[1], meta[2], redis.call('ZCARD', KEYS[1]), redis.call('ZREVRANK', KEYS[1], ARGV[2]),
        redis.call('ZSCORE', KEYS[1], ARGV[2])}
