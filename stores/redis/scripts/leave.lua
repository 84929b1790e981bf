-- Takes users off a board on which the lower score is better, because they have none in its period;
-- each if the details still are the text that the decision was based on. Times are read by the caller.
-- KEYS  1 board, 2 meta, then the details of each user, in the order of ARGV
-- ARGV  1 name of the period, then 4 for each user: id, the text, and the first and last byte
--       (from 1) of the score in it; 0 and 0 if the text stays as it is
-- Returns a string with a letter for each user: w if the details were written too, b if only the
-- board was, else -.
local outcomes = {}
local gone = 0
for at = 2, #ARGV, 4 do
  local user = (at + 2) / 4
  local key = KEYS[2 + user]
  local text = ARGV[at + 1]
  outcomes[user] = '-'
  if redis.pcall('GET', key) == text then
    gone = gone + redis.call('ZREM', KEYS[1], ARGV[at])
    outcomes[user] = 'b'
    local first, last = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
    if first > 0 then
      redis.call('SET', key, text:sub(1, first - 1) .. '0' .. text:sub(last + 1), 'KEEPTTL')
      outcomes[user] = 'w'
    end
  end
end
if gone > 0 then
  redis.call('HINCRBY', KEYS[2], 'expected:' .. ARGV[1], -gone)
end
return table.concat(outcomes)
