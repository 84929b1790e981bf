-- A window of a board with details. Only the script knows which users are in it, but it may only
-- read keys in KEYS. So the caller passes the users that it expects there, and calls again if
-- others are.
-- KEYS  1 board, 2 meta, 3-6 all boards, from 7 the details of the expected users
-- ARGV  1 name of the period, 2 first place (from 0) or the empty string, 3 how many; or,
--       with an empty first place: 4 a user, who gets 3 neighbours on each side;
--       from 5 the ids of the expected users
-- Where the lower score is better, ZRANK and ZRANGE take the place of ZREVRANK and ZREVRANGE.
-- Returns generation, expected size, size, the place of the first entry (false: the user is not on
-- the board), then for each entry id, score and details: the JSON, or the four scores if there is
-- none, or false if the user was not expected.
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
local members = {}
if first <= last then -- ZREVRANGE takes -1 for the last place
  members = redis.call('ZREVRANGE', KEYS[1], first, last, 'WITHSCORES')
end
local details = {}
if #KEYS > 6 then
  local found = redis.call('MGET', unpack(KEYS, 7))
  for at, text in ipairs(found) do
    details[ARGV[4 + at]] = {text}
  end
end
for at = 1, #members, 2 do
  local known = details[members[at]]
  local text = known and known[1]
  if known and not text then -- evicted: the boards still know the scores
    local scores = {}
    for p = 1, 4 do
      scores[p] = redis.call('ZSCORE', KEYS[2 + p], members[at]) or '0'
    end
    text = table.concat(scores, ' ')
  end
  out[#out + 1] = members[at]
  out[#out + 1] = members[at + 1]
  out[#out + 1] = text or false
end
return out
