-- Zeroes scores of one board that have expired, each where the details still are
-- the text that the decision was made on. Times are read by the caller.
-- KEYS  1 board
-- ARGV  1 prefix of details keys, then 4 for each user: id, the text, and the first
--       and last byte (from 1) of the score in it; 0 and 0 where it is to stay as it is
-- Gives how many were zeroed.
local zeroed = 0
for at = 2, #ARGV, 4 do
  local key = ARGV[1] .. ARGV[at]
  local text = ARGV[at + 1]
  if redis.pcall('GET', key) == text then
    redis.call('ZADD', KEYS[1], 'XX', 0, ARGV[at])
    local first, last = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
    if first > 0 then
      redis.call('SET', key, text:sub(1, first - 1) .. '0' .. text:sub(last + 1), 'KEEPTTL')
    end
    zeroed = zeroed + 1
  end
end
return zeroed
