-- Makes room if a key that the service needs holds a value of another type. That belongs to another
-- program, so it is renamed, never deleted. The number of such keys is kept for the status.
-- KEYS  1 meta, then 2 for each key: the key, and a new name for what lies there
-- ARGV  for each key the type that belongs there
-- Returns for each key its type and size, and 1 if it was renamed, 0 if the new name is taken; the
-- type is `none` if nothing was in the way.
local size_by = {string = 'STRLEN', list = 'LLEN', hash = 'HLEN', set = 'SCARD',
                 zset = 'ZCARD', stream = 'XLEN'}
local out = {}
local renamed = 0
for i, wanted in ipairs(ARGV) do
  local key = KEYS[2 * i]
  local kind = redis.call('TYPE', key).ok
  local size = 0
  local done = 0
  if kind == wanted then
    kind = 'none'
  elseif kind ~= 'none' then
    size = size_by[kind] and redis.call(size_by[kind], key) or 0
    done = redis.call('RENAMENX', key, KEYS[2 * i + 1])
    renamed = renamed + done
  end
  for _, value in ipairs({kind, size, done}) do
    out[#out + 1] = value
  end
end
if renamed > 0 then
  redis.call('HINCRBY', KEYS[1], 'set_aside', renamed)
end
return out
