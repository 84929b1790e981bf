-- Marks the cache as incomplete. A rebuild in progress has to start anew, because what it has
-- loaded may be lost.
-- KEYS  1 meta
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field == 'generation' or string.sub(field, 1, 8) == 'rebuild:' then
    redis.call('HDEL', KEYS[1], field)
  end
end
return redis.status_reply('OK')
