//! PHP: tags, calls, variables of the request, settings.

use std::sync::LazyLock;

use super::super::pattern::Patterns;

pub static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        r"<\?(?:php\b|=|\s)",
        r"\[/?php\]",
        // Variables that PHP fills from the request, and a variable taken by a computed name.
        r"\$_(?:get|post|request|cookie|files|server|session|env)\b|\$globals\b",
        r"\bhttp_(?:get|post|cookie|server|request|post_files)_vars\b|\bphp_self\b",
        r"\$\s*\{\s*['$@a-z_]|\$\s*\$[a-z_]",
        // A call whose name is a variable or a computed text.
        r"\$[a-z_{][\w{}]*(?:\s*\[[^\]]{0,64}\])*(?:\s|/\*.{0,64}?\*/|//[^\n]*\n|#[^\n]*\n)*\(",
        r"@\$_+\s*[\[(]",
        r"(?:^|[\s;=@({])\(\s*['\x22]?[a-z_.()'\x22\s]{2,40}['\x22]?\s*\)\s*\(\s*['\x22@a-z$]",
        r"\[\s*['\x22][a-z_]{2,30}['\x22]\s*\]\s*\)?\s*(?:\[\s*\d+\s*\])?\s*\(",
        r"['\x22][a-z_]{3,30}['\x22]\s*\(\s*\w*\s*\)",
        r"\bchr\s*\(\s*\d+\s*\)\s*\.\s*chr\s*\(",
        // Calls that programs never expect in a value: names that no prose has, with a bracket.
        r"\b(?:base64_(?:de|en)code|bin2hex|call_user_func(?:_array)?|chmod|chown|create_function|curl_(?:exec|init)|dl|escapeshell(?:arg|cmd)|error_log|extract|file_(?:get|put)_contents|fopen|fputs|fread|fsockopen|func_get_args?|fwrite|get_(?:cfg_var|current_user|defined_\w+|object_vars)|gethostbyname|getenv|getmyuid|gzinflate|gzuncompress|hex2bin|highlight_file|ini_(?:get|set|restore)|mb_ereg_replace|md5_file|move_uploaded_file|mysql_query|ob_start|openlog|opendir|parse_ini_file|parse_str|pcntl_\w+|pfsockopen|php_uname|phpcredits|phpinfo|phpversion|posix_\w+|preg_(?:match|replace)(?:_callback)?|print_r|proc_\w+|putenv|readfile|readgzfile|register_(?:shutdown|tick)_function|scandir|session_(?:start|id)|set_(?:error|exception)_handler|show_source|simplexml_load_\w+|str_rot13|stream_(?:context_create|get_contents|socket_client)|symlink|sys_getloadavg|tempnam|tmpfile|unserialize|urldecode|usort|uasort|uksort|array_(?:map|filter|walk|reduce|diff_u\w+)|iterator_apply|var_dump|var_export|zlib_decode)(?:\s|/\*.{0,64}?\*/|//[^\n]*\n?|#[^\n]*\n)*\(",
        // Names that prose has too: directly before a bracket with something that a program hands.
        r"(?:^|[\s;=.@({!|&'\x22/])(?:eval|assert|exec|system|passthru|popen|include|include_once|require|require_once|unlink|rename|mkdir|copy|print|printf|echo|die|exit|substr|strrev|implode|explode|sprintf|is_\w{2,12}|file|glob|mail|range|checkdate|ord|chr|sleep|usleep|strlen|serialize|compact|extract)(?:\s{0,8}/\*.{0,64}?\*/|\s{0,8}(?://|#)[^\n]*\n)?\s{0,2}\(\s*(?:['\x22$@_\[)]|\d[\w.]*\s*(?:[^\w\s]|$)|[a-z_]+\s*[()$.;\[])",
        r"\b(?:eval|assert|passthru|popen)\s*\(",
        r"(?:^|;)\s*(?:include|require)(?:_once)?\s+['\x22$]",
        r"\bexec\s*(?:/\*.{0,64}?\*/|#[^\n]*\n)?\s*\(\s*\w*\s*\)",
        // Settings of php.ini.
        r"\b(?:allow_url_(?:fopen|include)|auto_(?:append|prepend)_file|disable_(?:classes|functions)|display_(?:startup_)?errors|doc_root|enable_dl|error_(?:append|prepend)_string|extension_dir|file_uploads|html_errors|include_path|magic_quotes_\w+|max_(?:execution_time|input_vars)|memory_limit|open_basedir|post_max_size|precision|register_globals|safe_mode\w*|sendmail_(?:from|path)|short_open_tag|track_errors|upload_(?:max_filesize|tmp_dir)|user_ini\.\w+|variables_order)\s*=",
        r"\b(?:assert|mbstring|mysqli|opcache|pcre|pdo_mysql|phar|session|soap|suhosin|xdebug|zend|zlib|cgi|fastcgi|cli|cli_server|engine|iconv|intl|ldap|odbc|oci8|pgsql|user_agent|filter|exif|gd|highlight|arg_separator|apc|browscap|curl|date|mail|sysvshm|tidy|uploadprogress|url_rewriter|sqlite3)\.[a-z_]{3,40}\s*=",
    ])
});
