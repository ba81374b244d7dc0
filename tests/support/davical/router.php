<?php
// DAViCal under `php -S`: what its documentation has Apache rewrite.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$htdocs = '/usr/share/davical/htdocs';
chdir($htdocs);
if (preg_match('#^/\.well-known/(caldav|carddav)$#', $path)) {
    $_SERVER['PATH_INFO'] = '/.well-known/caldav';
} elseif (preg_match('#^/caldav\.php(/.*)?$#', $path, $found)) {
    $_SERVER['PATH_INFO'] = rawurldecode($found[1] ?? '/');
} else {
    $_SERVER['PATH_INFO'] = rawurldecode($path);
}
$_SERVER['SCRIPT_NAME'] = '/caldav.php';
$_SERVER['SCRIPT_FILENAME'] = "$htdocs/caldav.php";
$_SERVER['PHP_SELF'] = '/caldav.php' . $_SERVER['PATH_INFO'];
// It reads /etc/davical/<this>-conf.php before the system's own, which sets this right again.
$_SERVER['SERVER_NAME'] = '../..' . getenv('DAVICAL_FOLDER') . '/davical';
set_include_path("$htdocs/../inc:" . get_include_path());
require "$htdocs/caldav.php";
