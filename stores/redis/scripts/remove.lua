-- Removes users, each unless its entry is newer than the removal, and remembers the removals. A
-- details key of another type belongs to another program and stays.
-- Needs version_of.lua.
-- KEYS  1-4 boards, 5 meta, 6 removed users, then the details of each user, in the order of
--       ARGV
-- ARGV  1 how many removals to remember, 2 `ours` to leave entries without a version,
--       then 2 for each user: id, version
-- Returns a string with a letter for each user: d if the details were deleted, else -.
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local watermark = 0
local outcomes = {}

for at = 3, #ARGV, 2 do
  local user = (at - 1) / 2
  local key = KEYS[6 + user]
  local version = tonumber(ARGV[at + 1])
  watermark = math.max(watermark, version)
  local have = redis.pcall('GET', key)
  local current = type(have) == 'string'
                  and version_of(string.match(have, '"version"%s*:%s*(%d+)') or '') or 0
  local foreign = type(have) == 'string' and current == 0
  outcomes[user] = '-'
  if current <= version and not (foreign and ARGV[2] == 'ours') then
    for p = 1, 4 do
      local gone = redis.call('ZREM', KEYS[p], ARGV[at])
      if gone > 0 then
        redis.call('HINCRBY', KEYS[5], 'expected:' .. boards[p], -gone)
      end
    end
    if type(have) == 'string' then
      redis.call('DEL', key)
      outcomes[user] = 'd'
    end
    local before = redis.call('ZSCORE', KEYS[6], ARGV[at])
    if before and not version_of(before) then
      redis.call('ZREM', KEYS[6], ARGV[at])
    end
    redis.call('ZADD', KEYS[6], 'GT', ARGV[at + 1], ARGV[at])
  end
end
if watermark > (version_of(redis.call('HGET', KEYS[5], 'watermark') or '') or 0) then
  redis.call('HSET', KEYS[5], 'watermark', string.format('%.0f', watermark))
end
redis.call('ZREMRANGEBYRANK', KEYS[6], 0, -1 - tonumber(ARGV[1]))
return table.concat(outcomes)
