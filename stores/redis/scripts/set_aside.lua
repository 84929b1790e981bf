-- A part of other scripts: makes room where a key that the service needs holds a
-- value of another type. The value is somebody's: it is renamed, never deleted.
local asides = {} -- key, type, size, new name, … of what was set aside

local function set_aside(key, kind)
  local size_by = {string = 'STRLEN', list = 'LLEN', hash = 'HLEN', set = 'SCARD',
                   zset = 'ZCARD', stream = 'XLEN'}
  local size = size_by[kind] and redis.call(size_by[kind], key) or 0
  local time = redis.call('TIME')
  local name = key .. ':foreign:' .. time[1] .. string.format('%06d', time[2])
  while redis.call('RENAMENX', key, name) == 0 do
    name = name .. '0'
  end
  for _, value in ipairs({key, kind, size, name}) do
    asides[#asides + 1] = value
  end
end

local function type_of(key)
  return redis.call('TYPE', key).ok
end

-- To be called at the end: the count is shown in the status.
local function count_asides(meta)
  if #asides > 0 then
    redis.call('HINCRBY', meta, 'set_aside', #asides / 4)
  end
  return asides
end
