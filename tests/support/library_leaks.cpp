// Suppressions for leaks in libraries. The leak sanitizer's run-time library looks this function up
// by its name; it has no other caller.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the name is prescribed

extern "C" const char* __lsan_default_suppressions() { // NOLINT: the name is prescribed
  // libpqxx 6.4 leaks the result of a statement whose connection was ended
  return "leak:libpqxx\n";
}
