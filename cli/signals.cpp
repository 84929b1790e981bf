#include "cli/signals.hpp"

#include "cli/logging.hpp"
#include "log/log.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>

namespace standings {

namespace {

constexpr std::array stray_signals{SIGUSR1, SIGUSR2, SIGALRM,   SIGVTALRM,
                                   SIGPROF, SIGIO,   SIGSTKFLT, SIGPWR};

sigset_t stop_signals() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGTERM);
  return out;
}

sigset_t service_set() {
  auto out = stop_signals();
  sigaddset(&out, SIGHUP);
  for (const int signal : stray_signals)
    sigaddset(&out, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal)
    sigaddset(&out, signal);
  return out;
}

std::string name_of(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? std::string{"SIG"} + name : "signal " + std::to_string(signal);
}

const char* farewell_text = nullptr;

/// Async-signal-safe, as a signal handler must be.
extern "C" void say_farewell(int signal) {
  if (farewell_text)
    static_cast<void>(!::write(STDERR_FILENO, farewell_text, std::strlen(farewell_text)));
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// Keeps handlers set by others: a background job, for example, ignores SIGINT.
void exchange_handler(sighandler_t from, sighandler_t to) {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == from)
      ::signal(number, to);
  }
}

} // namespace

void ignore_write_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

void block_stop_signals() {
  const auto stop = stop_signals();
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

service_signals::service_signals(std::function<void()> reload) : reload_(std::move(reload)) {
  const auto all = service_set();
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  thread_ = std::thread{[this] {
    watch();
  }};
}

service_signals::~service_signals() {
  ended_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

int service_signals::wait_for_stop() {
  return stopped_.get();
}

void service_signals::watch() {
  const auto all = service_set();
  for (;;) {
    int signal = 0;
    if (sigwait(&all, &signal) != 0)
      continue;
    if (ended_)
      return;
    take(signal);
  }
}

void service_signals::take(int signal) {
  if (signal == SIGHUP)
    return reload_();
  if (signal != SIGINT && signal != SIGTERM)
    return log_to(log_component::service).info("Ignoring {}", name_of(signal));
  const bool second = std::exchange(told_, true);
  log_to(log_component::service)
      .info("{} {}", second ? "Ending at once on a second" : "Stopping on", name_of(signal));
  if (second || !orderly_) {
    flush_log(std::chrono::milliseconds{200});
    ::_exit(second ? 128 + signal : 0); // the first is obeyed before the start, too
  }
  stop_.set_value(signal);
}

farewell::farewell(const char* text) {
  farewell_text = text;
  exchange_handler(SIG_DFL, say_farewell);
}

farewell::~farewell() {
  exchange_handler(say_farewell, SIG_DFL);
}

} // namespace standings
