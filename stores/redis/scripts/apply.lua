-- Takes over the states of users, each if it is newer than the entry here.
-- KEYS  1-4 boards (daily, weekly, monthly, yearly), 5 meta, 6 removed users, then the
--       details of each user (at most 500), in the order of ARGV; a user may appear twice
-- ARGV  1 mode, 2 the latest start that a period can have: a later one was not recorded by the
--       service, and ends nothing; then 8 for each user: id, version, updated_at in
--       microseconds, four scores, and the JSON of the details; in mode `unchanged` a ninth
-- Mode `apply`: a newer state replaces the entry. Mode `load`: a state from the database also
-- restores missing parts of an entry with the same version; an entry without a version is another
-- program's and stays. Mode `unchanged`: replaces the details, newer or older, if they still equal
-- the ninth argument (empty: absent).
-- A mode that ends with `_asc` is that of boards on which the lower score is better: users without a
-- score in the period are not on them.
-- Needs version_of.lua.
-- Returns a string with a letter for each user: w if the details were written, a if they would have
-- been but the key holds another type (make room with set_aside.lua, and call again for these
-- users), else -.
-- A call of Redis costs more than the work in it, so there is one call of each kind for all users.
local match = string.match
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
local meta = redis.call('HMGET', KEYS[5], 'start:daily', 'start:weekly', 'start:monthly',
                        'start:yearly', 'watermark')
local any_removed = redis.call('EXISTS', KEYS[6]) == 1
local seen = {}                        -- versions taken over in this call
local written = {{}, {}, {}, {}}       -- score, id, … per board
local filled = {{}, {}, {}, {}}        -- the same, for boards that lack the user
local written_size, filled_size = {0, 0, 0, 0}, {0, 0, 0, 0}
local details = {}                     -- key, JSON, …
local watermark = 0
local mode, suffix = match(ARGV[1], '^(%a+)(.*)$')
local ascending = suffix == '_asc'
local dropped = {{}, {}, {}, {}} -- ids, per board
local unchanged = mode == 'unchanged'
local stride = unchanged and 9 or 8

local starts = {}
for p = 1, 4 do
  local start = tonumber(meta[p] or '') or 0
  starts[p] = start <= tonumber(ARGV[2]) and start or 0
end

local function is_expired(updated_at, p)
  return updated_at < starts[p]
end

local function note(places, sizes, at)
  local updated_at = tonumber(ARGV[at + 2])
  for p = 1, 4 do
    local expired = is_expired(updated_at, p)
    if expired and ascending then
      dropped[p][#dropped[p] + 1] = ARGV[at]
    else
      local place, size = places[p], sizes[p]
      place[size + 1] = expired and '0' or ARGV[at + 2 + p]
      place[size + 2] = ARGV[at]
      sizes[p] = size + 2
    end
  end
end

local function details_of(at)
  local updated_at = tonumber(ARGV[at + 2])
  local json = ARGV[at + 7]
  for p = 1, 4 do
    if is_expired(updated_at, p) then
      local name = '"' .. boards[p] .. '_pomo":'
      json = string.gsub(json, name .. '%d+', name .. '0', 1)
    end
  end
  return json
end

local odd = {} -- details keys that hold another type

local function write(at, key, version)
  if odd[key] then
    return 'a'
  end
  seen[key] = version
  note(written, written_size, at)
  details[#details + 1] = key
  details[#details + 1] = details_of(at)
  return 'w'
end

-- Our own details end with their version, so the whole text is searched only in another program's.
local function version_in(json)
  return version_of(match(json, '"version":(%d+)}$', -32)
                    or match(json, '"version"%s*:%s*(%d+)') or '')
end

local count = #KEYS - 6
if count == 0 then
  return ''
end
local haves = redis.call('MGET', unpack(KEYS, 7)) -- false also for a key of another type
local missing = {}
for i = 1, count do
  if not haves[i] then
    local key = KEYS[6 + i]
    missing[#missing + 1] = key
  end
end
if #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0 then
  for _, key in ipairs(missing) do
    odd[key] = redis.call('TYPE', key).ok ~= 'none' or nil
  end
end

local outcomes = {}
for i = 1, count do
  local key = KEYS[6 + i]
  local at = 3 + (i - 1) * stride
  local version = tonumber(ARGV[at + 1])
  local outcome = '-'
  local removed = any_removed and version_of(redis.call('ZSCORE', KEYS[6], ARGV[at]) or '')
  if not (removed and version <= removed) then
    local have = haves[i]
    local current = seen[key] or (have and version_in(have))
    local foreign = have and not current
    if unchanged then
      if not seen[key] and (have or '') == ARGV[at + 8] then
        outcome = write(at, key, version)
      end
    elseif (not have and not current) or (current and version > current)
       or (foreign and mode == 'apply') then
      outcome = write(at, key, version)
    elseif mode == 'load' and (foreign or version == current) then
      note(filled, filled_size, at)
    end
    if version > watermark then
      watermark = version
    end
  end
  outcomes[i] = outcome
end

for p = 1, 4 do
  local added = 0
  if #dropped[p] > 0 then
    added = -redis.call('ZREM', KEYS[p], unpack(dropped[p]))
  end
  if written_size[p] > 0 then
    added = added + redis.call('ZADD', KEYS[p], unpack(written[p]))
  end
  if filled_size[p] > 0 then
    added = added + redis.call('ZADD', KEYS[p], 'NX', unpack(filled[p]))
  end
  if added ~= 0 then
    redis.call('HINCRBY', KEYS[5], 'expected:' .. boards[p], added)
  end
end
if #details > 0 then
  redis.call('MSET', unpack(details))
end
if watermark > (version_of(meta[5] or '') or 0) then
  redis.call('HSET', KEYS[5], 'watermark', string.format('%.0f', watermark))
end
return table.concat(outcomes)
