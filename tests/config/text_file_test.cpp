#include "config/text_file.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace standings {
namespace {

using testing::HasSubstr;

class TextFile : public testing::Test {
protected:
  static std::string refusal(const std::string& name, std::size_t most = 1'000) {
    const auto read = read_text_file(name, most);
    return read ? "read: " + *read : read.error().detail;
  }

  std::string pipe() {
    std::string name = dir_ / "pipe";
    EXPECT_EQ(::mkfifo(name.c_str(), 0600), 0);
    return name;
  }

  const test::temp_dir dir_;
};

TEST_F(TextFile, IsReadToItsEnd) {
  const std::string name = dir_ / "file";
  const std::string content(200'000, 'x');
  std::ofstream{name} << content;
  EXPECT_EQ(read_text_file(name, 1 << 20).value(), content);
  std::ofstream{name} << "";
  EXPECT_EQ(read_text_file(name, 1 << 20).value(), "");
  EXPECT_EQ(read_text_file("/dev/null", 10).value(), "");
}

TEST_F(TextFile, IsRefusedWhereItCannotBeReadOrIsTooLarge) {
  EXPECT_THAT(refusal("/nowhere"), HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(refusal("/"), HasSubstr("cannot be read: Is a directory"));
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("larger than 1000 bytes"));
}

TEST_F(TextFile, APipeWithoutAWriterHoldsNobodyUp) {
  EXPECT_THAT(refusal(pipe()), HasSubstr("nobody writes"));
}

TEST_F(TextFile, APipeIsReadToItsEnd) {
  const auto name = pipe();
  std::thread writer{[&] {
    std::ofstream{name} << "written";
  }};
  EXPECT_EQ(refusal(name), "read: written");
  writer.join();
}

} // namespace
} // namespace standings
