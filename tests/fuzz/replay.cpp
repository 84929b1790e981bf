// Stands in for libFuzzer: feeds a fuzz target with files, and with all their beginnings.

#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size); // NOLINT

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const char* name) {
  if (!fs::is_directory(name))
    return {fs::path{name}};
  std::vector<fs::path> out;
  for (const auto& each : fs::directory_iterator{name})
    out.push_back(each.path());
  return out;
}

/// Returns how many inputs the file has given.
std::size_t feed(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string all{std::istreambuf_iterator<char>{in}, {}};
  // A crash shall be seen with its file.
  std::fprintf(stderr, "%s\n", file.c_str());
  const auto step = all.size() / 16 + 1;
  std::size_t inputs = 0;
  for (std::size_t size = all.size() % step; size <= all.size(); size += step, ++inputs) {
    const std::vector<std::uint8_t> part(all.begin(),
                                         all.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(part.data(), part.size());
  }
  return inputs;
}

} // namespace

int main(int argc, char** argv) try {
  std::size_t files = 0;
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& file : files_in(argv[i])) {
      inputs += feed(file);
      ++files;
    }
  std::printf("%zu inputs of %zu files\n", inputs, files);
  return files == 0 ? 1 : 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
