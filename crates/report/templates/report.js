// The report without this script shows everything; with it, faults can be filtered, sorted and found.
// The state lives in the address, so that a filtered view can be sent on: #level=fault&rule=dead-link&sort=address&q=zwgk
(function () {
  'use strict';
  var root = document.documentElement;
  window.addEventListener('error', function (e) { root.dataset.error = e.message; });
  function id(name) { return document.getElementById(name); }
  var fields = { level: id('level'), rule: id('rule'), sort: id('sort'), q: id('word') };
  var shown = id('shown'), clear = id('clear'), none = id('none'), box = id('faults');
  if (!box || !fields.level) return;

  var kinds = [].map.call(box.querySelectorAll('.kind'), function (section) {
    var rows = [].map.call(section.querySelectorAll('tr.fault'), function (row, order) {
      return { row: row, order: order, total: +row.dataset.total, address: row.querySelector('.target').textContent };
    });
    return {
      section: section, body: section.querySelector('tbody'), rows: rows, heads: section.querySelectorAll('th[data-sort]'),
      name: section.querySelector('h3').textContent.toLowerCase()
    };
  });
  var total = kinds.reduce(function (n, k) { return n + k.rows.length; }, 0);

  var orders = {
    pages: function (a, b) { return b.total - a.total || a.order - b.order; },
    fewest: function (a, b) { return a.total - b.total || a.order - b.order; },
    address: function (a, b) { return a.address < b.address ? -1 : a.address > b.address ? 1 : a.order - b.order; },
    'address-down': function (a, b) { return orders.address(b, a); }
  };
  var sorted = 'pages';

  function sort() {
    var by = orders[fields.sort.value] ? fields.sort.value : 'pages';
    if (by === sorted) return;
    sorted = by;
    kinds.forEach(function (k) {
      k.rows.sort(orders[by]).forEach(function (r) { k.body.appendChild(r.row); });
    });
  }

  function mark() {
    var key = sorted === 'pages' || sorted === 'fewest' ? 'pages' : 'address';
    var up = sorted === 'fewest' || sorted === 'address';
    kinds.forEach(function (k) {
      [].forEach.call(k.heads, function (th) {
        th.setAttribute('aria-sort', th.dataset.sort !== key ? 'none' : up ? 'ascending' : 'descending');
      });
    });
  }

  function text(r) { return r.text || (r.text = r.row.textContent.toLowerCase()); }

  function filter() {
    var word = fields.q.value.trim().toLowerCase(), seen = 0;
    kinds.forEach(function (k) {
      var data = k.section.dataset, some = 0;
      var on = (!fields.level.value || data.level === fields.level.value) &&
        (!fields.rule.value || data.rule === fields.rule.value);
      var all = !word || k.name.indexOf(word) >= 0;
      k.rows.forEach(function (r) {
        var fits = on && (all || text(r).indexOf(word) >= 0);
        r.row.hidden = !fits;
        if (fits) some++;
      });
      k.section.hidden = !some;
      seen += some;
    });
    var narrowed = fields.level.value || fields.rule.value || word;
    shown.textContent = narrowed ? '显示 ' + seen + ' 个，全部 ' + total + ' 个' : total ? '列出 ' + total + ' 个' : '';
    clear.hidden = !narrowed;
    none.hidden = seen > 0 || !total;
  }

  function apply() { sort(); mark(); filter(); }

  function write() {
    var state = new URLSearchParams();
    Object.keys(fields).forEach(function (key) {
      var value = fields[key].value;
      if (value && !(key === 'sort' && value === 'pages')) state.set(key, value);
    });
    var text = state.toString();
    history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
  }

  // Gives whether the address holds a state, not just a place on the page.
  function read() {
    var hash = location.hash.slice(1);
    if (hash.indexOf('=') < 0) return false;
    var state = new URLSearchParams(hash);
    Object.keys(fields).forEach(function (key) {
      fields[key].value = state.get(key) || (key === 'sort' ? 'pages' : '');
      if (fields[key].selectedIndex === -1) fields[key].selectedIndex = 0;
    });
    return true;
  }

  // A place inside something closed or filtered away is opened before it is gone to.
  function reveal() {
    var at = location.hash.length > 1 && id(location.hash.slice(1));
    if (!at) return;
    if (box.contains(at)) reset();
    for (var up = at; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    at.scrollIntoView();
  }

  function reset() {
    fields.level.value = fields.rule.value = fields.q.value = '';
    apply();
  }

  kinds.forEach(function (k) {
    [].forEach.call(k.heads, function (th) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = th.textContent;
      button.addEventListener('click', function () {
        var two = th.dataset.sort === 'pages' ? ['pages', 'fewest'] : ['address', 'address-down'];
        fields.sort.value = sorted === two[0] ? two[1] : two[0];
        apply();
        write();
      });
      th.replaceChildren(button);
    });
  });
  ['level', 'rule', 'sort'].forEach(function (key) {
    fields[key].addEventListener('change', function () { apply(); write(); });
  });
  fields.q.addEventListener('input', function () { filter(); write(); });
  clear.addEventListener('click', function () { reset(); write(); fields.q.focus(); });
  window.addEventListener('hashchange', function () {
    if (read()) { apply(); id('faults-head').scrollIntoView(); } else reveal();
  });

  // Paper cannot be clicked: what is closed is opened for it.
  var opened = [];
  window.addEventListener('beforeprint', function () {
    opened = [].filter.call(document.querySelectorAll('#faults details, .charts details'), function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
  });
  window.addEventListener('afterprint', function () { opened.forEach(function (d) { d.open = false; }); });

  id('tools').hidden = false;
  read();
  apply();
  reveal();
  root.dataset.ready = 'yes';
})();
