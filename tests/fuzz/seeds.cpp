// Writes the framings that tests/http knows as seeds of the request fuzzer, for routes that exist.

#include "tests/http/server/framings.hpp"

#include <boost/algorithm/string/replace.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder{argv[1]};
  std::filesystem::create_directories(folder);
  std::size_t number = 0;
  for (auto [name, bytes, verdict] : standings::test::framings()) {
    boost::replace_all(bytes, "/item/", "/api/redis-leaderboard/user/");
    boost::replace_all(bytes, "/bare", "/api/periodic-sync/start");
    std::ofstream out{folder / ("framing-" + std::to_string(++number)), std::ios::binary};
    out << ' ' << bytes; // a blank: all at once
    if (!out.flush()) {
      std::fprintf(stderr, "cannot write to %s\n", argv[1]);
      return 1;
    }
  }
}
