-- Zeroes expired scores of one board, a window from the top at a time. Zeroed
-- users sink to the end, so the next window starts behind the users kept.
-- KEYS  1 board
-- ARGV  1 prefix of details keys, 2 name of the period, 3 its start as ISO 8601,
--       4 first place to look at, 5 how many
-- Gives how many of them keep their score, and whether there is more.
local members = redis.call('ZREVRANGE', KEYS[1], ARGV[4], ARGV[4] + ARGV[5] - 1, 'WITHSCORES')
local kept = 0
local positive = 0
for at = 1, #members, 2 do
  if tonumber(members[at + 1]) > 0 then
    positive = positive + 1
    local key = ARGV[1] .. members[at]
    local details = redis.pcall('GET', key)
    local updated_at = type(details) == 'string'
                       and string.match(details, '"updated_at"%s*:%s*"([^"]*)"')
    if updated_at and updated_at < ARGV[3] then
      redis.call('ZADD', KEYS[1], 0, members[at])
      local zeroed = string.gsub(details, '("' .. ARGV[2] .. '_pomo"%s*:%s*)%d+', '%10')
      redis.call('SET', key, zeroed, 'KEEPTTL')
    else
      kept = kept + 1
    end
  end
end
return {kept, positive == tonumber(ARGV[5]) and 1 or 0}
