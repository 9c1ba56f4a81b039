-- One workload for wrk: POST to a path, with the keys and bodies that the environment names. Requests are put together
-- by hand and answers are not handed to Lua, so that the client takes as little as it can of the CPU.
local function setting(name) return os.getenv("BENCH_" .. name) or "" end

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

-- As long and as random as the UUID that a client would send.
local function new_key()
  local random = math.random
  return string.format("%08x-%04x-4%03x-a%03x-%04x%08x", random(0, 0x7fffffff), random(0, 0xffff), random(0, 0xfff),
    random(0, 0xfff), random(0, 0xffff), random(0, 0x7fffffff))
end

local function numbered_key(number) return string.format("replayed-%027d", number) end

local keys = {
  none = function() return nil end,
  new = function() return new_key end,
  one = function()
    local key = setting("KEY")
    return function() return key end
  end,
  -- The first request with each of many keys, one after the other; one thread only.
  fill = function()
    local number = tonumber(setting("FROM"))
    return function()
      number = number + 1
      return numbered_key(number)
    end
  end,
  many = function()
    local last = tonumber(setting("LAST"))
    return function() return numbered_key(math.random(1, last)) end
  end,
}

-- One body, or one for each line of a file, which takes the place of %s in it.
local function bodies()
  local body, file = setting("BODY"), setting("LINES")
  if file == "" then return { body } end
  local all = {}
  for line in io.lines(file) do all[#all + 1] = string.format(body, line) end
  return all
end

function init()
  math.randomseed(tonumber(setting("SEED")) + number)
  local head = "POST " .. setting("PATH") .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nAuthorization: Bearer " .. setting("TOKEN") .. "\r\nContent-Type: application/json\r\n"
  local tails = {}
  for i, body in ipairs(bodies()) do tails[i] = "Content-Length: " .. #body .. "\r\n\r\n" .. body end
  local tail = function() return tails[1] end
  if #tails > 1 then tail = function() return tails[math.random(#tails)] end end
  local key = keys[setting("KEYS")]()
  if key then
    request = function() return head .. "Idempotency-Key: " .. key() .. "\r\n" .. tail() end
  else
    request = function() return head .. tail() end
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("result requests=%d micros=%d p50=%d p99=%d refused=%d broken=%d", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
