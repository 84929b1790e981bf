-- Announces a rebuild, and makes room: a board key of another type cannot be filled.
-- Needs set_aside.lua.
-- KEYS  1-4 boards, 5 meta, 6 removed users
-- ARGV  1 token of the rebuild, 2-5 period starts in microseconds, 6 field and 7 value
--       of the caller's heartbeat
-- Gives what was set aside.
local function keep_only(key, kind)
  local is = type_of(key)
  if is ~= kind and is ~= 'none' then
    set_aside(key, is)
  end
end
for p = 1, 4 do
  keep_only(KEYS[p], 'zset')
end
keep_only(KEYS[5], 'hash')
keep_only(KEYS[6], 'zset')
local boards = {'daily', 'weekly', 'monthly', 'yearly'}
for p = 1, 4 do
  local field = 'start:' .. boards[p]
  if tonumber(ARGV[p + 1]) > tonumber(redis.call('HGET', KEYS[5], field) or '0') then
    redis.call('HSET', KEYS[5], field, ARGV[p + 1])
  end
end
redis.call('HSET', KEYS[5], 'rebuild:' .. ARGV[1], '1')
if tonumber(ARGV[7]) > (tonumber(redis.call('HGET', KEYS[5], ARGV[6]) or '') or 0) then
  redis.call('HSET', KEYS[5], ARGV[6], ARGV[7])
end
return count_asides(KEYS[5])
