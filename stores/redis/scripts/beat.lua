-- The heartbeat of one process. Only that process writes its field, with ever higher numbers: a
-- lower number, or none, proves that the cache went back to an earlier state. The cache is then
-- marked as incomplete, as invalidate.lua does.
-- KEYS  1 meta
-- ARGV  1 field, 2 the number last known to have been written (empty: none), 3 the
--       new number, 4 heartbeats below this are of processes that have ended
-- Returns 0 if a cache that is marked as complete went back, else 1.
local have = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '')
local expected = tonumber(ARGV[2])
local went_back = expected and (not have or have < expected)
local was_complete = redis.call('HEXISTS', KEYS[1], 'generation') == 1
if went_back or not expected then
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if went_back and (field == 'generation' or string.sub(field, 1, 8) == 'rebuild:') then
      redis.call('HDEL', KEYS[1], field)
    elseif string.sub(field, 1, 5) == 'beat:'
       and (tonumber(redis.call('HGET', KEYS[1], field)) or 0) < tonumber(ARGV[4]) then
      redis.call('HDEL', KEYS[1], field)
    end
  end
end
if not have or tonumber(ARGV[3]) > have then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return went_back and was_complete and 0 or 1
