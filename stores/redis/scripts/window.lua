-- A window of a board with details.
-- KEYS  1 board, 2 meta, 3-6 all boards
-- ARGV  1 prefix of details keys, 2 name of the period, 3 first place (from 0) or
--       the empty string, 4 how many; or, with an empty first place: 5 a user,
--       who gets 4 neighbours on each side
-- Gives generation, expected size, size, the place of the first entry (false:
-- the user is not on the board), then for each entry id, score and details JSON,
-- or without details the four scores.
local meta = redis.call('HMGET', KEYS[2], 'generation', 'expected:' .. ARGV[2])
local out = {meta[1], meta[2], redis.call('ZCARD', KEYS[1])}
local first = tonumber(ARGV[3])
local last = first and first + ARGV[4] - 1
if not first then
  local place = redis.call('ZREVRANK', KEYS[1], ARGV[5])
  if not place then
    out[4] = false
    return out
  end
  first = math.max(0, place - ARGV[4])
  last = place + ARGV[4]
end
out[4] = first
local members = {}
if first <= last then -- ZREVRANGE takes -1 for the last place
  members = redis.call('ZREVRANGE', KEYS[1], first, last, 'WITHSCORES')
end
local keys = {}
for at = 1, #members, 2 do
  keys[#keys + 1] = ARGV[1] .. members[at]
end
local found = #keys > 0 and redis.call('MGET', unpack(keys)) or {}
for at = 1, #members, 2 do
  local details = found[(at + 1) / 2]
  if not details then -- evicted: the boards still know the scores
    local scores = {}
    for p = 1, 4 do
      scores[p] = redis.call('ZSCORE', KEYS[2 + p], members[at]) or '0'
    end
    details = table.concat(scores, ' ')
  end
  out[#out + 1] = members[at]
  out[#out + 1] = members[at + 1]
  out[#out + 1] = details
end
return out
