(function () {
  var list = document.getElementById('faults');
  if (!list) return;
  var groups = [].slice.call(list.querySelectorAll('.group'));
  var level = document.getElementById('level'), rule = document.getElementById('rule');
  var word = document.getElementById('word'), sort = document.getElementById('sort');
  var shown = document.getElementById('shown');
  function apply() {
    var w = word.value.trim().toLowerCase(), n = 0;
    groups.forEach(function (g) {
      var on = (!level.value || g.dataset.level === level.value) && (!rule.value || g.dataset.rule === rule.value) &&
        (!w || g.textContent.toLowerCase().indexOf(w) >= 0);
      g.hidden = !on;
      if (on) n++;
    });
    var by = sort.value;
    groups.slice().sort(function (a, b) {
      if (by === 'pages') return b.dataset.total - a.dataset.total;
      if (by === 'target') return a.dataset.target < b.dataset.target ? -1 : 1;
      return a.dataset.order - b.dataset.order;
    }).forEach(function (g) { list.appendChild(g); });
    shown.textContent = n;
    var state = [level.value, rule.value, by, word.value].map(encodeURIComponent).join('&');
    if (state.replace(/&|level/g, '')) history.replaceState(null, '', '#' + state);
  }
  var old = location.hash.slice(1).split('&');
  if (old.length === 4) {
    try {
      old = old.map(decodeURIComponent);
      level.value = old[0]; rule.value = old[1]; sort.value = old[2] || 'level'; word.value = old[3];
    } catch (e) { word.value = ''; }
  }
  [level, rule, sort].forEach(function (e) { e.addEventListener('change', apply); });
  word.addEventListener('input', apply);
  document.getElementById('tools').hidden = false;
  apply();
})();
