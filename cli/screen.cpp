#include "cli/screen.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace standings {

namespace {

// alternate screen, cursor hidden, no wrapping; and back
constexpr std::string_view enter_text = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view leave_text = "\x1b[?7h\x1b[?25h\x1b[?1049l";

// used by signal handlers
termios before{};
termios during{};
volatile std::sig_atomic_t in_use = 0;

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Both are async-signal-safe. A process in the background must not touch the terminal, which would
/// stop it again.
void enter() {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &during);
  write_all(enter_text);
  in_use = 1;
}

void leave() {
  if (in_use == 0)
    return;
  in_use = 0;
  write_all(leave_text);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

void deliver_by_default(int signal) {
  handle(signal, SIG_DFL, 0);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  ::raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr); // here it takes effect
}

extern "C" void end_on_signal(int signal) {
  leave();
  deliver_by_default(signal);
}

extern "C" void stop_on_signal(int signal) {
  const int error = errno;
  leave();
  deliver_by_default(signal); // returns when the process is continued
  handle(signal, stop_on_signal, SA_RESTART);
  enter();
  errno = error;
}

extern "C" void notice_signal(int) {}

constexpr std::array ending{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV,
                            SIGBUS, SIGILL,  SIGFPE, SIGALRM, SIGUSR1, SIGUSR2};

} // namespace

screen::screen() {
  ::tcgetattr(STDIN_FILENO, &before);
  during = before;
  during.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  during.c_cc[VMIN] = 0;
  during.c_cc[VTIME] = 0;
  for (const int signal : ending)
    handle(signal, end_on_signal, 0);
  handle(SIGTSTP, stop_on_signal, SA_RESTART);
  handle(SIGWINCH, notice_signal, 0); // interrupts the wait for a key
  enter();
}

screen::~screen() {
  leave();
  for (const int signal : ending)
    handle(signal, SIG_DFL, 0);
  handle(SIGTSTP, SIG_DFL, 0);
  handle(SIGWINCH, SIG_DFL, 0);
}

void screen::draw(const std::vector<std::string>& lines) const {
  const auto rows = size().rows;
  std::string out = "\x1b[H";
  for (std::size_t i = 0; i < std::min(lines.size(), rows); ++i)
    out += (i > 0 ? "\r\n" : "") + lines[i] + "\x1b[K";
  write_all(out + "\x1b[J");
}

std::string screen::read_key(std::chrono::milliseconds limit) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, static_cast<int>(limit.count())) <= 0)
    return {};
  std::array<char, 16> keys{};
  const auto read = ::read(STDIN_FILENO, keys.data(), keys.size());
  if (read <= 0)
    return "q"; // the terminal is gone
  const std::string_view text{keys.data(), static_cast<std::size_t>(read)};
  if (text.starts_with("\x1b[C") || text.starts_with("\x1bOC"))
    return "right";
  if (text.starts_with("\x1b[D") || text.starts_with("\x1bOD"))
    return "left";
  return text.front() == '\x1b' ? "" : std::string{text.front()};
}

screen::extent screen::size() {
  winsize now{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 || now.ws_col == 0 || now.ws_row == 0)
    return {};
  return {now.ws_col, now.ws_row};
}

bool screen::is_possible() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 && kind
         && std::string_view{kind} != "dumb";
}

} // namespace standings
