-- Takes over the states of users, each if it is newer than the entry here.
-- KEYS  1-4 boards (daily, weekly, monthly, yearly), 5 meta, 6 removed users, then the
--       details of each user (at most 500), in the order of ARGV; a user may appear twice
-- ARGV  1 mode, then 9 for each user: id, version, updated_at in microseconds, four
--       scores, and the JSON of the details before and after the scores; in mode
--       `unchanged` a tenth
-- Mode `apply`: a newer state replaces the entry. Mode `load`: a state from the database also
-- restores missing parts of an entry with the same version; an entry without a version is another
-- program's and stays. Mode `unchanged`: replaces the details, newer or older, if they still equal
-- the tenth argument (empty: absent).
-- Needs version_of.lua.
-- Returns a string with a letter for each user: w if the details were written, a if they would have
-- been but the key holds another type (make room with set_aside.lua, and call again for these
-- users), else -.
-- A call of Redis costs more than the work in it, so there is one call of each kind for all users.
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local starts = redis.call('HMGET', KEYS[5], 'start:daily', 'start:weekly', 'start:monthly',
                          'start:yearly')
local any_removed = redis.call('EXISTS', KEYS[6]) == 1
local seen = {}                        -- versions taken over in this call
local written = {{}, {}, {}, {}}       -- score, id, … per board
local filled = {{}, {}, {}, {}}        -- the same, for boards that lack the user
local details = {}                     -- key, JSON, …
local watermark = 0
local unchanged = ARGV[1] == 'unchanged'
local stride = unchanged and 10 or 9

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

local function note(places, at, scores)
  for p = 1, 4 do
    places[p][#places[p] + 1] = scores[p]
    places[p][#places[p] + 1] = ARGV[at]
  end
end

local odd = {} -- details keys that hold another type

local function write(at, key)
  if odd[key] then
    return 'a'
  end
  local scores = scores_of(at)
  seen[key] = tonumber(ARGV[at + 1])
  note(written, at, scores)
  details[#details + 1] = key
  details[#details + 1] = table.concat({
    ARGV[at + 7], '"daily_pomo":', scores[1], ',"weekly_pomo":', scores[2], ',"monthly_pomo":',
    scores[3], ',"yearly_pomo":', scores[4], ',', ARGV[at + 8]})
  return 'w'
end

local keys = {unpack(KEYS, 7)}
if #keys == 0 then
  return ''
end
local haves = redis.call('MGET', unpack(keys)) -- false also for a key of another type
local missing = {}
for i, key in ipairs(keys) do
  if not haves[i] then
    missing[#missing + 1] = key
  end
end
if #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0 then
  for _, key in ipairs(missing) do
    odd[key] = redis.call('TYPE', key).ok ~= 'none' or nil
  end
end

local outcomes = {}
for i, key in ipairs(keys) do
  local at = 2 + (i - 1) * stride
  local version = tonumber(ARGV[at + 1])
  local outcome = '-'
  local removed = version_of(any_removed and redis.call('ZSCORE', KEYS[6], ARGV[at]) or '')
  if not (removed and version <= removed) then
    local have = haves[i]
    local current = seen[key]
                    or (have and version_of(string.match(have, '"version"%s*:%s*(%d+)') or ''))
    local foreign = have and not current
    if unchanged then
      if not seen[key] and (have or '') == ARGV[at + 9] then
        outcome = write(at, key)
      end
    elseif (not have and not current) or (current and version > current)
       or (foreign and ARGV[1] == 'apply') then
      outcome = write(at, key)
    elseif ARGV[1] == 'load' and (foreign or version == current) then
      note(filled, at, scores_of(at))
    end
    if version > watermark then
      watermark = version
    end
  end
  outcomes[i] = outcome
end

for p = 1, 4 do
  local added = 0
  if #written[p] > 0 then
    added = added + redis.call('ZADD', KEYS[p], unpack(written[p]))
  end
  if #filled[p] > 0 then
    added = added + redis.call('ZADD', KEYS[p], 'NX', unpack(filled[p]))
  end
  if added > 0 then
    redis.call('HINCRBY', KEYS[5], 'expected:' .. boards[p], added)
  end
end
if #details > 0 then
  redis.call('MSET', unpack(details))
end
if watermark > (version_of(redis.call('HGET', KEYS[5], 'watermark') or '') or 0) then
  redis.call('HSET', KEYS[5], 'watermark', string.format('%.0f', watermark))
end
return table.concat(outcomes)
