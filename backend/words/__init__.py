"""What the words of a prompt lead to: pure Python over two files, so that the add-on can say it while somebody types.

names        objects, colors, finishes and sizes that the shape prior was taught
table        WordNet's nouns, boiled down: which object a word leads to
spelling     the known word that a misspelled one is nearest to
adjectives   many words of color, finish and size, in terms of those that were taught
phrases      a prompt as words, and the noun that it is about
nearest      for common words that few models were taught: what is most like them
known        what a model was taught, which words it never was, and what it knows that is nearest to them
reading      what will be drawn for a prompt, how sure that is, and what else it might mean
relations    words of place
counting     how many of a thing are asked for
scenes       a prompt with several things, as objects and relations
"""
