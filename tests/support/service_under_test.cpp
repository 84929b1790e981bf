#include "tests/support/service_under_test.hpp"

#include <signal.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace standings::test {

namespace {

constexpr std::chrono::seconds start_limit{20};
constexpr std::chrono::seconds stop_limit{20};

bool mentions(const std::vector<std::string>& settings, std::string_view prefix) {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const auto& one) { return one.starts_with(prefix); });
}

} // namespace

service_under_test::service_under_test(std::vector<std::string> settings)
    : settings_(std::move(settings)) {
  start();
}

void service_under_test::start(until when) {
  std::vector<std::string> arguments{
      "serve", "--port", "0", "--data-dir", dir_ / ".", "--set", "leaderboard.rollover=off"};
  if (!mentions(settings_, "admin."))
    arguments.insert(arguments.end(), {"--set", "admin.open_on_loopback=true"});
  for (const auto& setting : settings_) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  const auto logged_before = log().size();
  process_ = std::make_unique<process>(
      STANDINGS_BINARY, process::options{arguments, dir_ / "output", dir_ / "log", {}});
  await_port(logged_before);
  if (when == until::ready)
    await_ready();
}

void service_under_test::await_port(std::size_t logged_before) {
  constexpr std::string_view marker = "Listening on http://127.0.0.1:";
  std::string port;
  const auto listens = [&] {
    const auto text = log().substr(logged_before);
    const auto at = text.find(marker);
    const auto end = at == std::string::npos ? at : text.find('\n', at);
    if (end != std::string::npos)
      port = text.substr(at + marker.size(), end - at - marker.size());
    return !port.empty() || !process_->running();
  };
  if (!eventually(listens, start_limit) || port.empty())
    throw std::runtime_error("the service does not listen:\n" + log());
  port_ = static_cast<std::uint16_t>(std::stoul(port));
}

void service_under_test::await_ready() {
  auto asking = client();
  const auto answers = [&](const std::string& path, int status) {
    const auto got = asking.get(path).status;
    return got == status || got == 401; // a token may be needed
  };
  const auto ready = [&] { // reading from the database may be ready a moment later
    return asking.get("/readyz").status == 200 && answers("/api/leaderboard/daily", 200)
           && answers("/api/leaderboard/user/nobody", 404);
  };
  if (!eventually(ready, start_limit))
    throw std::runtime_error("the service does not get ready:\n" + log());
}

void service_under_test::kill() {
  process_->signal(SIGKILL);
  process_->wait(stop_limit);
}

std::optional<int> service_under_test::stop(int signal) {
  process_->signal(signal);
  return process_->wait(stop_limit);
}

} // namespace standings::test
