#include "tests/support/process.hpp"

#include "tests/support/temp_dir.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace standings::test {

namespace {

bool configures_the_service(const std::string& variable) {
  for (const auto* prefix : {"STANDINGS_", "REDIS_", "POSTGRES_", "DATABASE_URL"})
    if (variable.starts_with(prefix))
      return true;
  return false;
}

std::vector<std::string> environment_with(const process::variables& more) {
  std::vector<std::string> out;
  for (char** at = environ; *at; ++at)
    if (std::string text{*at}; !configures_the_service(text))
      out.push_back(std::move(text));
  for (const auto& [name, value] : more)
    out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// Runs in the child, where only async-signal-safe calls are allowed.
void become(const char* program, char* const* arguments, char* const* environment,
            const char* output, const char* error, int error_descriptor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(::open(output, O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
  ::dup2(error_descriptor >= 0 ? error_descriptor
                               : ::open(error, O_WRONLY | O_CREAT | O_APPEND, 0600),
         2);
  for (int fd = 3; fd < 1'024; ++fd)
    ::close(fd);
  ::execve(program, arguments, environment);
  ::_exit(127);
}

} // namespace

process::process(const std::string& program, const options& with) {
  auto arguments = with.arguments;
  arguments.insert(arguments.begin(), program);
  auto environment = environment_with(with.environment);
  const auto argv = pointers_to(arguments);
  const auto envp = pointers_to(environment);
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::runtime_error("cannot fork");
  if (pid_ == 0)
    become(program.c_str(), argv.data(), envp.data(), with.output_file.c_str(),
           with.error_file.c_str(), with.error_descriptor);
}

process::~process() {
  if (!running())
    return;
  signal(SIGKILL);
  wait(std::chrono::seconds{10});
}

void process::signal(int number) const {
  if (!ended_)
    ::kill(pid_, number);
}

std::optional<int> process::wait(std::chrono::milliseconds limit) {
  const auto look = [this] {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
      ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return ended_.has_value();
  };
  eventually(look, limit);
  return ended_;
}

finished run(const std::string& program, const std::vector<std::string>& arguments,
             const process::variables& environment) {
  const temp_dir dir;
  process child{program, {arguments, dir / "output", dir / "error", environment}};
  const auto exit_code = child.wait(std::chrono::seconds{10});
  return {exit_code, read_file(dir / "output"), read_file(dir / "error")};
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

} // namespace standings::test
