# What `cmake --install` puts where, by GNUInstallDirs; DESTDIR and --prefix are cmake's own.
include(GNUInstallDirs)

# Made by the program itself once it is built: what is completed is what it parses.
set(completion ${PROJECT_SOURCE_DIR}/src/app/completion.sh)
foreach(shell bash zsh fish)
  set(out ${PROJECT_BINARY_DIR}/completion.${shell})
  add_custom_command(OUTPUT ${out}
    COMMAND sh ${completion} $<TARGET_FILE:unsent> ${shell} > ${out}
    DEPENDS unsent ${completion} VERBATIM)
  list(APPEND completions ${out})
endforeach()
add_custom_target(completions ALL DEPENDS ${completions})

install(TARGETS unsent)
install(TARGETS libunsent LIBRARY NAMELINK_COMPONENT Development PUBLIC_HEADER)
configure_file(app/library/libunsent.pc.in ${PROJECT_BINARY_DIR}/libunsent.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/libunsent.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES app/library/libunsent.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)
install(FILES ${PROJECT_SOURCE_DIR}/samples/library/judge.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/unsent/library)
file(GLOB formats CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/schema/*.schema.json)
install(FILES ${formats} DESTINATION ${CMAKE_INSTALL_DATADIR}/unsent/schema)
install(FILES ${PROJECT_SOURCE_DIR}/src/app/unsent-json.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_SOURCE_DIR}/src/app/unsent-guide.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/app/unsent*.1)
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_BINARY_DIR}/unsent-config.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_BINARY_DIR}/completion.bash RENAME unsent
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${PROJECT_BINARY_DIR}/completion.zsh RENAME _unsent
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${PROJECT_BINARY_DIR}/completion.fish RENAME unsent.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${PROJECT_BINARY_DIR}/config.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/unsent)
# Compiled in; here to be read, copied and changed.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/unsent)

# Recipes and units name the program where a package puts it; installed, where it goes.
function(install_naming_program folder pattern)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/samples/${folder}/${pattern})
  install(FILES ${files} DESTINATION ${ARGN})
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    list(APPEND names ${name})
  endforeach()
  install(CODE "
    foreach(name ${names})
      set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${ARGN}/\${name}\")
      file(READ \"\${file}\" text)
      string(REPLACE /usr/bin/unsent \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/unsent\"
             text \"\${text}\")
      file(WRITE \"\${file}\" \"\${text}\")
    endforeach()")
endfunction()
install_naming_program(recipes * ${CMAKE_INSTALL_DATADIR}/unsent/recipes)
install_naming_program(systemd *.service lib/systemd/system)
install_naming_program(systemd/user *.service lib/systemd/user)
file(GLOB timers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/samples/systemd/*.timer
     ${PROJECT_SOURCE_DIR}/samples/systemd/*.socket)
install(FILES ${timers} DESTINATION lib/systemd/system)
file(GLOB user_timers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/samples/systemd/user/*.timer)
install(FILES ${user_timers} DESTINATION lib/systemd/user)
install(FILES ${PROJECT_SOURCE_DIR}/samples/systemd/sysusers.conf RENAME unsent.conf
        DESTINATION lib/sysusers.d)
install(FILES ${PROJECT_SOURCE_DIR}/samples/systemd/tmpfiles.conf RENAME unsent.conf
        DESTINATION lib/tmpfiles.d)
