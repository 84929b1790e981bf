-- Takes over the states of users, each where it is newer than what is here.
-- KEYS  1-4 boards (daily, weekly, monthly, yearly), 5 meta, 6 removed users
-- ARGV  1 prefix of details keys, 2 mode, then 9 for each user:
--       id, version, updated_at in microseconds, four scores, and the JSON of
--       the details before and after the scores
-- Mode `apply`: a newer state replaces the entry. Mode `load`: what lies in the
-- database fills what is missing, also of an entry that is as new; an entry
-- without a version is another program's and stays.
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local starts = redis.call('HMGET', KEYS[5], 'start:daily', 'start:weekly', 'start:monthly',
                          'start:yearly')
local added = {0, 0, 0, 0}
local watermark = 0

local function scores_of(at)
  local updated_at = tonumber(ARGV[at + 2])
  local scores = {}
  for p = 1, 4 do
    scores[p] = ARGV[at + 2 + p]
    if starts[p] and updated_at < tonumber(starts[p]) then
      scores[p] = '0'
    end
  end
  return scores
end

local function write(at, key, scores)
  for p = 1, 4 do
    added[p] = added[p] + redis.call('ZADD', KEYS[p], scores[p], ARGV[at])
  end
  local json = ARGV[at + 7]
  for p = 1, 4 do
    json = json .. '"' .. boards[p] .. '_pomo":' .. scores[p] .. ','
  end
  redis.call('SET', key, json .. ARGV[at + 8])
end

local function fill(at, scores)
  for p = 1, 4 do
    added[p] = added[p] + redis.call('ZADD', KEYS[p], 'NX', scores[p], ARGV[at])
  end
end

for at = 3, #ARGV, 9 do
  local key = ARGV[1] .. ARGV[at]
  local version = tonumber(ARGV[at + 1])
  local removed = redis.call('ZSCORE', KEYS[6], ARGV[at])
  if not (removed and version <= tonumber(removed)) then
    local have = redis.pcall('GET', key)
    if type(have) ~= 'string' then
      have = nil -- no entry, or a key of another type, which SET replaces
    end
    local current = have and tonumber(string.match(have, '"version"%s*:%s*(%d+)'))
    if not have or (current and version > current) or (not current and ARGV[2] == 'apply') then
      write(at, key, scores_of(at))
    elseif ARGV[2] == 'load' then
      fill(at, scores_of(at))
    end
    if version > watermark then
      watermark = version
    end
  end
end

for p = 1, 4 do
  if added[p] > 0 then
    redis.call('HINCRBY', KEYS[5], 'expected:' .. boards[p], added[p])
  end
end
if watermark > tonumber(redis.call('HGET', KEYS[5], 'watermark') or '0') then
  redis.call('HSET', KEYS[5], 'watermark', string.format('%.0f', watermark))
end
return redis.status_reply('OK')
