/* The strings of the interface, from the table words.json, in the language that is set. */
(function () {
  "use strict";

  const geomap = L.geomap;
  const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];
  let language = "en";

  /** Return a string of the table; {name} in it is replaced by a value. */
  geomap.say = function (key, values = {}) {
    const found = (geomap.tables[language] || {})[key] ?? geomap.tables.en[key] ?? key;
    return found.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  };

  geomap.number = (value) => value.toLocaleString(language === "ar" ? "ar-u-nu-latn" : "en");

  /** Return "1 article" or "1,204 articles"; the table has a key for each form of the plural. */
  geomap.count = function (value, noun) {
    const form = new Intl.PluralRules(language).select(value);
    const table = geomap.tables[language] || {};
    const key = table[`${noun}.${form}`] === undefined ? `${noun}.other` : `${noun}.${form}`;
    return geomap.say(key, { n: geomap.number(value) });
  };

  /** Return the word for a value of the data ("literal_modifier", "refugee camp"), or the value itself in plain form. */
  geomap.term = function (group, value) {
    const table = geomap.tables[language] || {};
    return table[`${group}.${value}`] ?? geomap.tables.en[`${group}.${value}`] ?? value.replace(/_/g, " ");
  };

  geomap.language = () => language;

  geomap.setLanguage = function (code) {
    language = geomap.tables[code] ? code : "en";
  };

  geomap.isRightToLeft = () => RIGHT_TO_LEFT.includes(language);

  /** Write the strings into the elements that name them: data-word is the text, data-label the label. */
  geomap.writeWords = function (root) {
    for (const each of root.querySelectorAll("[data-word]")) each.textContent = geomap.say(each.dataset.word);
    for (const each of root.querySelectorAll("[data-label]")) {
      each.setAttribute("aria-label", geomap.say(each.dataset.label));
      if (each.placeholder !== undefined && each.tagName === "INPUT") each.placeholder = geomap.say(each.dataset.label);
      else if (each.tagName === "BUTTON") each.title = geomap.say(each.dataset.label);
    }
  };
})();
