#pragma once

#include <hiredis/hiredis.h>
#include <pqxx/pqxx>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

/// What this process and the servers beside it have used so far, read from /proc and from the
/// servers themselves. They have to run on this machine.
namespace standings {

struct cost {
  double cpu_ms = 0;
  double switches = 0;

  cost& operator+=(const cost& other) {
    cpu_ms += other.cpu_ms;
    switches += other.switches;
    return *this;
  }
  cost operator-(const cost& other) const {
    return {cpu_ms - other.cpu_ms, switches - other.switches};
  }
};

/// Of one thread; 0 if it has ended.
inline cost cost_of_thread(const std::filesystem::path& folder) {
  cost out;
  std::ifstream schedstat{folder / "schedstat"};
  double on_cpu_ns = 0;
  if (schedstat >> on_cpu_ns)
    out.cpu_ms = on_cpu_ns / 1e6;
  std::ifstream status{folder / "status"};
  for (std::string line; std::getline(status, line);)
    if (line.find("ctxt_switches") != std::string::npos)
      out.switches += std::stod(line.substr(line.find(':') + 1));
  return out;
}

inline cost cost_of(int pid) {
  cost out;
  std::error_code gone;
  const auto threads = std::filesystem::path{"/proc"} / std::to_string(pid) / "task";
  for (const auto& thread : std::filesystem::directory_iterator{threads, gone})
    out += cost_of_thread(thread.path());
  return out;
}

/// What PostgreSQL has counted.
class database_watch {
public:
  explicit database_watch(const std::string& url) : db_(url) {}

  [[nodiscard]] cost costs() {
    cost out;
    pqxx::nontransaction tx{db_};
    for (const auto& row : tx.exec("SELECT pid FROM pg_stat_activity"))
      out += cost_of(row[0].as<int>());
    return out;
  }

  /// Sessions report their counts with a delay of up to a second.
  [[nodiscard]] double commits() {
    std::this_thread::sleep_for(std::chrono::milliseconds{1'100});
    pqxx::nontransaction tx{db_};
    return tx
        .exec("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")[0][0]
        .as<double>();
  }

private:
  pqxx::connection db_;
};

/// What Redis has counted.
class cache_watch {
public:
  explicit cache_watch(std::uint16_t port) : redis_(redisConnect("127.0.0.1", port)) {
    if (!redis_ || redis_->err)
      throw std::runtime_error("no Redis");
  }
  ~cache_watch() { redisFree(redis_); }
  cache_watch(const cache_watch&) = delete;
  cache_watch& operator=(const cache_watch&) = delete;

  [[nodiscard]] cost costs() const { return cost_of(static_cast<int>(field("process_id:"))); }
  void reset() const { freeReplyObject(redisCommand(redis_, "CONFIG RESETSTAT")); }

  /// The calls and the time of the scripts, in microseconds.
  [[nodiscard]] std::pair<double, double> scripts() const {
    const auto text = info();
    const auto at = text.find("cmdstat_evalsha:");
    if (at == std::string::npos)
      return {};
    const auto calls = text.find("calls=", at);
    const auto usec = text.find("usec=", at);
    return {std::stod(text.substr(calls + 6)), std::stod(text.substr(usec + 5))};
  }

private:
  [[nodiscard]] std::string info() const {
    auto* reply = static_cast<redisReply*>(redisCommand(redis_, "INFO everything"));
    const std::string out = reply && reply->str ? reply->str : "";
    freeReplyObject(reply);
    return out;
  }
  [[nodiscard]] double field(const std::string& name) const {
    const auto text = info();
    const auto at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
  }

  redisContext* redis_;
};

} // namespace standings
