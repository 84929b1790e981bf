-- A window of a board.
-- KEYS  1 board, 2 meta
-- ARGV  1 name of the period, 2 first place (from 0) or the empty string, 3 how many; or,
--       with an empty first place: 4 a user, who gets 3 neighbours on each side
-- Gives generation, expected size, size, the place of the first entry (false:
-- the user is not on the board), then for each entry id and score.
local meta = redis.call('HMGET', KEYS[2], 'generation', 'expected:' .. ARGV[1])
local out = {meta[1], meta[2], redis.call('ZCARD', KEYS[1])}
local first = tonumber(ARGV[2])
local last = first and first + ARGV[3] - 1
if not first then
  local place = redis.call('ZREVRANK', KEYS[1], ARGV[4])
  if not place then
    out[4] = false
    return out
  end
  first = math.max(0, place - ARGV[3])
  last = place + ARGV[3]
end
out[4] = first
if first <= last then -- ZREVRANGE takes -1 for the last place
  for _, value in ipairs(redis.call('ZREVRANGE', KEYS[1], first, last, 'WITHSCORES')) do
    out[#out + 1] = value
  end
end
return out
