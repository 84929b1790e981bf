-- Leaves the id of a run that has verified the cache, if the cache still has that generation.
-- KEYS  1 meta
-- ARGV  1 the generation, 2 the run
-- Returns 1, or 0 if the generation is another.
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'verified', ARGV[2])
return 1
