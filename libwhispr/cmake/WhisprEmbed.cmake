# whispr_embed(<target> NAME <name> NAMESPACE <ns> BASE <dir> FILES <file>...)
#
# Adds to <target> a generated header "<name>.hpp" with
#   namespace <ns> { struct EmbeddedFile { std::string_view name, bytes; };  std::span<const EmbeddedFile> <name>(); }
# holding the bytes of every file, named by its path below BASE. The bytes are placed by the assembler (.incbin), so
# large files cost no compile time.
function(whispr_embed target)
  cmake_parse_arguments(ARG "" "NAME;NAMESPACE;BASE" "FILES" ${ARGN})
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(symbols "")
  set(entries "")
  set(assembly ".section .rodata\n")
  set(index 0)
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    file(RELATIVE_PATH name ${ARG_BASE} ${file})
    set(symbol "whispr_embedded_${ARG_NAME}_${index}")
    string(APPEND assembly
      ".balign 16\n.global ${symbol}_begin\n${symbol}_begin:\n.incbin \"${file}\"\n.global ${symbol}_end\n${symbol}_end:\n.byte 0\n")
    string(APPEND symbols "extern \"C\" { extern const char ${symbol}_begin[]; extern const char ${symbol}_end[]; }\n")
    string(APPEND entries "        {\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${dir}/${ARG_NAME}.s CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${dir}/${ARG_NAME}.hpp CONTENT
"#pragma once
#include <span>
#include <string_view>
namespace ${ARG_NAMESPACE} {
struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
};
std::span<const EmbeddedFile> ${ARG_NAME}();
}
" @ONLY)
  file(CONFIGURE OUTPUT ${dir}/${ARG_NAME}.cpp CONTENT
"#include \"${ARG_NAME}.hpp\"
#include <array>
${symbols}
namespace ${ARG_NAMESPACE} {
std::span<const EmbeddedFile> ${ARG_NAME}() {
    static const std::array<EmbeddedFile, ${index}> files{{
${entries}    }};
    return files;
}
}
" @ONLY)
  set_source_files_properties(${dir}/${ARG_NAME}.s PROPERTIES OBJECT_DEPENDS "${ARG_FILES}")
  target_sources(${target} PRIVATE ${dir}/${ARG_NAME}.s ${dir}/${ARG_NAME}.cpp)
  target_include_directories(${target} PRIVATE ${dir})
endfunction()
