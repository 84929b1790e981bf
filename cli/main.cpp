#include "cli/command_tree.hpp"
#include "cli/commands.hpp"
#include "cli/signals.hpp"
#include "log/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// If standard input, output or error is closed, the next file or connection to be opened would get
/// its number, and then the log.
void keep_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0)
      ::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY); // takes the lowest: fd
}

} // namespace

int main(int argc, char** argv) {
  using namespace standings;
  keep_standard_descriptors();
  ::umask(077); // scores, chats and tokens are private to this user
  ignore_write_signals();
  command_tree commands;
  add_serve(commands);
  add_check(commands);
  add_config(commands);
  add_adopt(commands);
  add_cache(commands);
  add_sync(commands);
  add_aliases(commands);
  add_sessions(commands);
  add_health(commands);
  add_board(commands);
  add_user(commands);
  add_rank(commands);
  add_update(commands);
  add_leaderboards(commands);
  add_top(commands);
  add_token(commands);
  add_completions(commands);
  add_manual(commands);
  return commands.run(argc, argv);
}
