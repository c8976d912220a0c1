# What is installed where, and the Debian packages made of it (./dev package): server, client, tools, desktop.
include(GNUInstallDirs)

set(PARLEY_GENERATED ${CMAKE_BINARY_DIR}/packages)

# Compressed as Debian wants it, without a date inside.
function(parley_install_compressed file destination component)
    get_filename_component(name ${file} NAME)
    set(made ${PARLEY_GENERATED}/${component}/${name}.gz)
    add_custom_command(OUTPUT ${made} COMMAND ${CMAKE_COMMAND} -E make_directory ${PARLEY_GENERATED}/${component}
        COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/${file} > ${made} DEPENDS ${CMAKE_SOURCE_DIR}/${file} VERBATIM)
    add_custom_target(package_${component}_${name} DEPENDS ${made})
    add_dependencies(parley_package_files package_${component}_${name})
    install(FILES ${made} DESTINATION ${destination} COMPONENT ${component} OPTIONAL)
endfunction()

# /usr/share/doc/PACKAGE: copyright, the changes, and what else is named.
function(parley_install_documents component)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/parley-${component})
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/debian/copyright DESTINATION ${folder} COMPONENT ${component})
    parley_install_compressed(packaging/debian/changelog ${folder} ${component})
    parley_install_compressed(CHANGELOG.md ${folder} ${component})
    install(FILES ${ARGN} DESTINATION ${folder} COMPONENT ${component})
endfunction()

add_custom_target(parley_package_files)

# Completion scripts are the program's own words.
set(completions)
foreach(shell bash zsh fish)
    set(made ${PARLEY_GENERATED}/parley.${shell})
    add_custom_command(OUTPUT ${made} COMMAND parley completion ${shell} > ${made} DEPENDS parley VERBATIM)
    list(APPEND completions ${made})
endforeach()
add_custom_target(package_completions DEPENDS ${completions})
add_dependencies(parley_package_files package_completions)

install(TARGETS parleyd DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/systemd/parleyd@.service DESTINATION lib/systemd/system COMPONENT server)
parley_install_compressed(packaging/man/parleyd.8 ${CMAKE_INSTALL_MANDIR}/man8 server)
parley_install_documents(server ${CMAKE_SOURCE_DIR}/docs/operations.md)

install(TARGETS parley DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT client)
parley_install_compressed(packaging/man/parley.1 ${CMAKE_INSTALL_MANDIR}/man1 client)
parley_install_documents(client ${CMAKE_SOURCE_DIR}/docs/command-line.md)
install(FILES ${PARLEY_GENERATED}/parley.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME parley COMPONENT client OPTIONAL)
install(FILES ${PARLEY_GENERATED}/parley.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _parley COMPONENT client OPTIONAL)
install(FILES ${PARLEY_GENERATED}/parley.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT client OPTIONAL)

install(TARGETS parley-bench parley-sim DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
parley_install_compressed(packaging/man/parley-bench.1 ${CMAKE_INSTALL_MANDIR}/man1 tools)
parley_install_compressed(packaging/man/parley-sim.1 ${CMAKE_INSTALL_MANDIR}/man1 tools)
parley_install_documents(tools ${CMAKE_SOURCE_DIR}/docs/simulation.md ${CMAKE_SOURCE_DIR}/docs/performance.md)

set(packages server client tools)
if(PARLEY_GUI)
    list(APPEND packages desktop)
    install(TARGETS parley-gui DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT desktop)
    install(DIRECTORY ${CMAKE_BINARY_DIR}/share/locale DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT desktop)   # parley_words made it
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/desktop/parley.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT desktop)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/desktop/parley.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT desktop)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/desktop/parley.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT desktop)
    parley_install_compressed(packaging/man/parley-gui.1 ${CMAKE_INSTALL_MANDIR}/man1 desktop)
    parley_install_documents(desktop ${CMAKE_SOURCE_DIR}/docs/desktop.md)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME parley)
set(CPACK_PACKAGE_CONTACT "The Parley maintainers <maintainers@users.noreply.github.com>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/deb)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL ${packages})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(component ${packages})
    string(TOUPPER ${component} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME parley-${component})
endforeach()
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_CLIENT_PACKAGE_RECOMMENDS parley-server)
set(CPACK_DEBIAN_DESKTOP_PACKAGE_RECOMMENDS fonts-noto-color-emoji)
set(CPACK_DEBIAN_DESKTOP_PACKAGE_SUGGESTS wx3.2-i18n)
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/packaging/debian/server/postinst;${CMAKE_SOURCE_DIR}/packaging/debian/server/postrm")
set(CPACK_COMPONENT_SERVER_DESCRIPTION "replicated team chat: the replica
 One replica of a Parley cluster: a write-ahead log ordered by Multi-Paxos, a
 SQLite database, and the gateway that clients connect to. Three or five of
 them keep working while a minority is down, lose nothing they acknowledged
 and repeat nothing.")
set(CPACK_COMPONENT_CLIENT_DESCRIPTION "replicated team chat: command line and terminal client
 Registers, sends, reads and follows rooms of a Parley cluster, with JSON for
 scripts, and a full-screen client for the terminal. With parley-server beside
 it, parley up starts a whole cluster on this machine.")
set(CPACK_COMPONENT_DESKTOP_DESCRIPTION "replicated team chat: desktop client
 A window on the rooms and people of a Parley cluster. It opens from its own
 copy of the messages, works while no replica can be reached, and sends what
 was typed exactly once.")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "replicated team chat: benchmark and simulator
 parley-bench measures a cluster under load and under failing leaders;
 parley-sim runs whole clusters in a simulated world of failing networks,
 disks and clocks, and judges them.")
include(CPack)
