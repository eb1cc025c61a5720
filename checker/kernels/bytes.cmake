# bytes_of(PATH RESULT BEFORE AFTER): the bytes of a file as the elements of an array, each two hexadecimal digits between
# BEFORE and AFTER, sixteen to a line. Without a path there are none.
function(bytes_of path result before after)
  set(text "")
  if(path)
    file(READ "${path}" hex HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" text "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "${before}\\1${after}," text "${text}")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()
